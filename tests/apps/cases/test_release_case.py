"""What is shown to people nearby is released by a person; what was held back is let through by one."""

from collections.abc import Callable

import pytest
from django.test import Client

from gridward.cases.actions.releasing import admit_case, release_case
from gridward.cases.models import Case
from gridward.core.errors import RuleBroken
from tests.apps.cases.scene import Scene, damage, photo, steps


@pytest.fixture
def shown(scene: Scene) -> Case:
    scene.kinds["lamp"].is_shown_nearby = True
    scene.kinds["lamp"].save()
    return scene.report(photos=(photo(1), photo(2)))


def release(scene: Scene, case: Case, who: str = "cleo", on: bool = True, photos: tuple[int, ...] = ()) -> Case:
    return release_case(case=case, on=on, photo_ids=photos, by=scene.cast.actor(who), at=scene.now)


def test_words_and_only_the_ticked_photos_are_released_and_taken_back(scene: Scene, shown: Case) -> None:
    first, second = shown.attachments.order_by("pk")
    theirs = scene.report(photos=(photo(3),)).attachments.get()
    case = release(scene, shown, photos=(first.pk, theirs.pk))
    assert case.is_released and list(case.attachments.filter(is_released=True)) == [first]
    release(scene, shown, photos=(first.pk,))
    assert steps(case).count("release") == 1
    theirs.refresh_from_db()
    assert not theirs.is_released and not second.is_released
    case = release(scene, shown, on=False)
    assert not case.is_released and not case.attachments.filter(is_released=True).exists()
    assert steps(case)[-1] == "withdraw_release" and damage() == []


@pytest.mark.parametrize("who", ["dev", "deng", "gao", "lin", "hui"])
def test_others_release_nothing(scene: Scene, shown: Case, who: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        release(scene, shown, who)
    assert refused.value.code == "case.release_not_yours"


def test_complaints_hidden_categories_and_what_is_held_back_are_never_released(scene: Scene, shown: Case) -> None:
    complaint = scene.report("conduct", complained_body_id=scene.town.bodies["sanitation"].pk)
    held = scene.report(is_quarantined=True)
    for case in (complaint, held, scene.report("meal")):
        with pytest.raises(RuleBroken) as refused:
            release(scene, case)
        assert refused.value.code == "case.not_for_release"


def test_a_report_that_was_held_back_is_let_through_once(scene: Scene) -> None:
    held = scene.report(is_quarantined=True)
    for _ in range(2):
        case = admit_case(case=held, by=scene.cast.actor("cleo"), at=scene.now)
    assert not case.is_quarantined and steps(case) == ["submit", "admit"]


def test_the_buttons_of_the_page_do_it(scene: Scene, shown: Case, client_of: Callable[[str], Client]) -> None:
    client, [first, _] = client_of("cleo"), shown.attachments.order_by("pk")
    assert str(first.public_id) in client.get(f"/cases/{shown.number}/").content.decode()
    client.post(f"/cases/{shown.number}/release/", {"on": "1", "photo": [str(first.public_id), "forged"]})
    shown.refresh_from_db()
    assert shown.is_released
    held = scene.report(is_quarantined=True)
    client_of("dev").post(f"/cases/{held.number}/admit/")
    held.refresh_from_db()
    assert held.is_quarantined
    client.post(f"/cases/{held.number}/admit/")
    held.refresh_from_db()
    assert not held.is_quarantined
