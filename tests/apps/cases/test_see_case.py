"""Who sees which cases, by list, address, search, overview, work list, export and map; unseen is 404."""

from collections.abc import Callable

import pytest
from django.test import Client

from gridward.accounts.models import Grant
from gridward.cases.models import Case
from tests.apps.cases.scene import XINQIAO, Scene, photo
from tests.town import SINCE

PLACES = ("/cases/?condition=all", "/cases/?condition=all&q={words}", "/overview/", "/work/", "/work/?box=started",
          "/work/?box=done", "/work/?box=watched", "/cases/export.csv?condition=all",
          "/cases/features.json?condition=all")  # fmt: skip
ADDRESSES = (
    "/cases/{n}/",
    "/cases/{n}/print/",
    "/cases/{n}/slip/",
    "/cases/{n}/moves/accept/",
    "/cases/{n}/moves/supplement/",
)


def shows(client: Client, case: Case) -> list[str]:
    """Every place that tells of the case: by its number or its words."""
    found = []
    for place in PLACES:
        address = place.format(words=case.place)
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        text = body.decode()
        said = text.replace(f'value="{case.place}"', "")
        if case.number in text or (case.place and case.place in said):
            found.append(address)
    redirected = client.get(f"/cases/?q={case.number}")
    if redirected.status_code != 200:
        found.append("search by number")
    return found + [a for a in ADDRESSES if client.get(a.format(n=case.number)).status_code != 404]


@pytest.mark.parametrize(
    "who", ["finn", "ivy", "pan", *(pytest.param(who, marks=pytest.mark.full) for who in ("sun", "nie"))]
)
def test_another_district_and_roles_without_business_see_nothing(
    scene: Scene, client_of: Callable[[str], Client], who: str
) -> None:
    case = scene.brought_to("handling", place="渡船头的老樟树下")
    client = client_of(who)
    assert [client.get(a.format(n=case.number)).status_code for a in ADDRESSES[:3]] in ([404] * 3, [403] * 3)
    for place in PLACES:
        answer = client.get(place.format(words="渡船头"))
        body = b"".join(answer) if answer.streaming else answer.content
        assert case.number not in body.decode()


@pytest.mark.parametrize("who", ["cleo", "zhao", "dev", "wen", "hui", "lin", "eva", "deng", "ben"])
def test_who_has_the_place_or_the_work_sees_the_case(
    scene: Scene, client_of: Callable[[str], Client], who: str
) -> None:
    case = scene.brought_to("handling")
    assert client_of(who).get(f"/cases/{case.number}/").status_code == 200
    assert case.number in client_of(who).get("/cases/").content.decode()


@pytest.mark.parametrize("who", ["hui", "lin", "eva", pytest.param("gao", marks=pytest.mark.full)])
def test_another_subdistrict_sees_nothing(scene: Scene, client_of: Callable[[str], Client], who: str) -> None:
    case = scene.report(position=XINQIAO, place="新桥头的渡船码头")
    assert shows(client_of(who), case) == []


def test_a_handler_sees_only_their_own_tasks(scene: Scene, client_of: Callable[[str], Client]) -> None:
    scene.person("fitter", "handler", "maintenance", f"body:{scene.town.bodies['maintenance'].pk}")
    mine, waiting = scene.brought_to("handling"), scene.brought_to("pending_handle")
    text = client_of("ben").get("/cases/").content.decode()
    assert mine.number in text and waiting.number not in text
    assert client_of("ben").get(f"/cases/{waiting.number}/").status_code == 404
    assert client_of("fitter").get(f"/cases/{mine.number}/").status_code == 404


@pytest.mark.parametrize(("about", "who"), [
    ("committee_liuyin", "lin"), ("committee_liuyin", "eva"), ("office_liuan", "hui"), ("office_liuan", "lin"),
    pytest.param("committee_liuyin", "gao", marks=pytest.mark.full), ("maintenance", "deng"), ("maintenance", "ben"),
])  # fmt: skip
def test_the_subject_of_a_complaint_and_those_below_never_see_it(
    scene: Scene, client_of: Callable[[str], Client], about: str, who: str
) -> None:
    case = scene.report("conduct", complained_body_id=scene.town.bodies[about].pk, place="樟树下的服务台")
    if who == "eva":  # asked by name before anybody noticed
        Case.objects.filter(pk=case.pk).update(checker=scene.cast["eva"])
    if who in ("deng", "ben"):
        Case.objects.filter(pk=case.pk).update(body=scene.town.bodies["maintenance"], handler=scene.cast["ben"])
    assert shows(client_of(who), case) == []


def test_the_body_above_the_subject_sees_the_complaint(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.report("conduct", complained_body_id=scene.town.bodies["committee_liuyin"].pk)
    assert client_of("hui").get(f"/cases/{case.number}/").status_code == 200


def test_who_moved_a_case_reads_on_but_moves_it_no_more(scene: Scene, client_of: Callable[[str], Client]) -> None:
    case = scene.make(scene.brought_to("pending_handle"), "deng", "return_task")
    case = scene.move(case, "dev", "redispatch", body=scene.town.bodies["sanitation"].pk)
    client = client_of("deng")
    page = client.get(f"/cases/{case.number}/")
    assert page.status_code == 200 and "/moves/" not in page.content.decode()
    assert client.get(f"/cases/{case.number}/moves/accept_task/").status_code == 404
    sent = {"handler": scene.cast["ben"].pk, "action_uuid": "0" * 32, "seen_n": "9"}
    assert client.post(f"/cases/{case.number}/moves/accept_task/", sent).status_code == 404
    case.refresh_from_db()
    assert case.state == "pending_handle"


def test_an_inspector_of_another_grid_sees_what_they_were_asked_to_check(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case = scene.brought_to("feedback")
    assert client_of("gao").get(f"/cases/{case.number}/").status_code == 404
    scene.move(case, "cleo", "ask_inspection", inspector=scene.cast["gao"].pk)
    assert client_of("gao").get(f"/cases/{case.number}/").status_code == 200
    assert client_of("gao").get(f"/cases/{case.number}/moves/inspect_pass/").status_code == 200
    assert case.number in client_of("gao").get("/work/").content.decode()


def test_a_whole_number_leads_to_its_case_for_those_who_see_it(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case = scene.report(position=XINQIAO)
    assert client_of("cleo").get(f"/cases/?q={case.number}")["Location"] == f"/cases/{case.number}/"
    assert client_of("lin").get(f"/cases/?q={case.number}").status_code == 200


def test_photos_of_an_unseen_case_are_not_served(scene: Scene, client_of: Callable[[str], Client]) -> None:
    from_here = scene.report("conduct", complained_body_id=scene.town.bodies["maintenance"].pk)
    seen = scene.move(from_here, "cleo", "supplement", text="补一张照片给你们看", photo=[photo()])
    address = f"/cases/photos/{seen.attachments.get().public_id}/"
    assert client_of("cleo").get(address).status_code == 200
    assert client_of("deng").get(address).status_code == 404
    assert client_of("finn").get(address).status_code in (403, 404)


def test_cases_to_join_are_only_those_that_the_viewer_sees(scene: Scene, client_of: Callable[[str], Client]) -> None:
    sanitation = scene.town.bodies["sanitation"]
    scene.person("tang", "acceptor", "sanitation", f"district:{scene.town.district.pk}")
    plain, complaint = scene.report("meal"), scene.report("conduct", complained_body_id=sanitation.pk)
    of_others, case = scene.report("conduct"), scene.report("conduct")
    Case.objects.filter(pk=of_others.pk).update(district=scene.town.other)
    address = f"/cases/{case.number}/moves/merge/"

    def offered(who: str) -> set[int]:
        rows = client_of(who).get(address).context["form"].fields["merged_into"].queryset
        return set(rows.values_list("pk", flat=True))

    assert offered("cleo") == {complaint.pk} and offered("tang") == set() and plain.pk
    sent = {"merged_into": complaint.pk, "action_uuid": "0" * 32, "seen_n": "1"}
    answer = client_of("tang").post(address, sent)
    assert answer.status_code == 422 and complaint.number not in answer.content.decode()


def test_what_a_case_was_joined_to_is_named_only_to_those_who_see_it(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    first, second = scene.report(position=XINQIAO), scene.report()
    scene.move(second, "cleo", "merge", merged_into=first.pk)
    assert first.number in client_of("cleo").get(f"/cases/{second.number}/").content.decode()
    assert first.number not in client_of("lin").get(f"/cases/{second.number}/").content.decode()


def test_a_complaint_stays_hidden_from_its_subject_in_every_role_they_hold(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    maintenance = scene.town.bodies["maintenance"]
    case = scene.report("conduct", complained_body_id=maintenance.pk, place="樟树下的服务台")
    Grant.objects.create(
        district=scene.town.district, user=scene.cast["dev"], role="handler", body=maintenance,
        scope=f"body:{maintenance.pk}", valid_from=SINCE, recorded_at=scene.now,
    )  # fmt: skip
    assert shows(client_of("dev"), case) == []
    assert client_of("cleo").get(f"/cases/{case.number}/").status_code == 200
