"""Who reported: opened by acceptance and call-back, each wish a row, gone 180 days after closing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from gridward.audit.models import Read, ReadPerson
from gridward.cases.actions.contacts import Reporter, read_contacts
from gridward.cases.actions.purging import purge_contacts
from gridward.cases.actions.reporting import follow_case
from gridward.cases.models import Case, CaseStep, Contact
from gridward.core.errors import RuleBroken
from gridward.work import clock
from tests.apps.cases.scene import RESIDENT, XINQIAO, Scene, damage, steps


@pytest.mark.parametrize("who", ["cleo", "lin"])
def test_acceptance_opens_the_contact_and_a_row_names_reader_purpose_and_case(scene: Scene, who: str) -> None:
    case = scene.report()
    [opened] = read_contacts(case=case, by=scene.cast.actor(who), purpose="acceptance", at=scene.now)
    assert (opened.name, opened.phone) == ("安丽华", "13800000001")
    read = Read.objects.get()
    assert (read.by_id, read.purpose, read.was_refused, read.thing) == (
        scene.cast[who].pk,
        "acceptance",
        False,
        f"cases.Case:{case.pk}",
    )
    assert ReadPerson.objects.filter(read=read).count() == 1


@pytest.mark.parametrize("who", ["dev", "deng", "ben", "gao", "wen", "zhao"])
def test_others_are_refused_and_the_wish_leaves_a_row_too(scene: Scene, who: str) -> None:
    case = scene.report()
    with pytest.raises(RuleBroken) as refused:
        read_contacts(case=case, by=scene.cast.actor(who), purpose="acceptance", at=scene.now)
    assert refused.value.code == "contact.not_for_your_role"
    assert Read.objects.get().was_refused


def test_the_page_opens_by_a_button_only_and_refuses_in_words(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.brought_to("handling")
    address = f"/cases/{case.number}/contact/"
    assert client_of("cleo").get(address).status_code == 405
    assert "13800000001" in client_of("cleo").post(address).content.decode()
    refused = client_of("ben").post(address)
    assert refused.status_code == 403 and "13800000001" not in refused.content.decode()
    assert list(Read.objects.order_by("pk").values_list("was_refused", flat=True)) == [False, True]


def test_who_only_reads_on_opens_nothing_and_the_wish_leaves_a_row(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case = scene.make(scene.report(position=XINQIAO), "lin", "supplement")
    page = client_of("lin").get(f"/cases/{case.number}/").content.decode()
    assert case.number in page and "/contact/" not in page
    assert client_of("lin").post(f"/cases/{case.number}/contact/").status_code == 403
    assert Read.objects.get().was_refused


def test_no_page_but_that_one_shows_who_reported(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.brought_to("closed")
    client = client_of("cleo")
    for address in (f"/cases/{case.number}/", f"/cases/{case.number}/print/", f"/cases/{case.number}/slip/",
                    "/cases/?condition=all", "/overview/", "/work/?box=done"):  # fmt: skip
        text = client.get(address).content.decode()
        assert "安丽华" not in text and "13800000001" not in text


def purge(moment: object) -> int:
    with clock.standing_at(moment):  # type: ignore[arg-type]
        return purge_contacts(at=moment)  # type: ignore[arg-type]


def test_the_identity_goes_180_days_after_closing_with_one_step(scene: Scene) -> None:
    case = scene.brought_to("closed")
    closed = scene.now
    assert purge(closed + timedelta(days=180)) == 0
    assert purge(closed + timedelta(days=180, seconds=1)) == 1
    assert purge(closed + timedelta(days=181)) == 0
    [contact] = Contact.objects.filter(case=case)
    assert (bytes(contact.name), bytes(contact.phone), contact.phone_index) == (b"", b"", None)
    case.refresh_from_db()
    assert (case.spoken_code, steps(case)[-1]) == ("", "purge_contacts")
    assert read_contacts(case=case, by=scene.cast.actor("cleo"), purpose="call_back", at=scene.now) == []
    assert damage() == []


def test_a_closed_case_without_contacts_is_purged_once_and_not_each_minute(scene: Scene) -> None:
    case = scene.brought_to("closed", reporter=None)
    late = scene.now + timedelta(days=200)
    assert (purge(late), purge(late), purge(late)) == (1, 0, 0)
    assert CaseStep.objects.filter(case=case, verb="cases.purge_contacts").count() == 1


def test_an_open_case_keeps_its_contacts(scene: Scene) -> None:
    scene.brought_to("handling")
    assert purge(scene.now + timedelta(days=500)) == 0


def test_who_reported_a_joined_case_is_kept_until_the_answer_was_given(scene: Scene) -> None:
    first, second = scene.report(), scene.report()
    scene.move(second, "cleo", "merge", merged_into=first.pk)
    late = scene.now + timedelta(days=200)
    assert purge(late) == 0
    Case.objects.filter(pk=first.pk).update(is_open=False, closed_at=scene.now)
    assert purge(late) == 2


def test_me_too_adds_one_person_once(scene: Scene) -> None:
    case, at = scene.brought_to("handling"), scene.now
    for _ in range(2):
        case = follow_case(case=case, reporter=Reporter(phone="13800000002"), token="mine", by=RESIDENT, at=at)
    assert (case.follower_count, steps(case).count("follow")) == (1, 1)
    assert Contact.objects.filter(case=case).count() == 2
    assert damage() == []


def test_nobody_joins_a_closed_case(scene: Scene) -> None:
    case = scene.brought_to("closed")
    with pytest.raises(RuleBroken) as refused:
        follow_case(case=case, reporter=Reporter(), token="mine", by=RESIDENT, at=scene.now)
    assert refused.value.code == "case.follow_closed"
