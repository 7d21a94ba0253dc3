"""评价与回访: rates of what residents said themselves, and beside them all that is not in them."""

from collections.abc import Callable
from datetime import date

from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from gridward.cases.actions.calling import answer_call
from gridward.cases.actions.telling import note_attempt
from gridward.cases.models import CaseEvaluation, Contact
from gridward.cases.queries.feedback import Feedback, feedback_of, said_publicly
from gridward.cases.queries.figures import Area
from gridward.cases.queries.repeats import is_repeat
from gridward.core.feedback.rates import FEWEST, Share
from gridward.work import clock
from tests.apps.cases.scene import LIUYIN_E, RESIDENT, XINQIAO, Scene
from tests.apps.cases.test_call_back import NEIGHBOUR, draw
from tests.apps.cases.test_evaluate_case import delivered
from tests.apps.cases.test_tell_reporter import ELDER

MARCH = (date(2026, 3, 1), date(2026, 4, 1))


def feedback(scene: Scene, *areas: str) -> Feedback:
    ids = frozenset(scene.town.divisions[area].pk for area in areas) or None
    return feedback_of(Area(scene.town.district.pk, ids), scene.town.district, *MARCH)


def test_what_is_in_the_rate_and_what_stands_beside_it(scene: Scene, client_of: Callable[[str], Client]) -> None:
    own, typed, quiet = (scene.brought_to("closed", reporter=NEIGHBOUR) for _ in range(3))
    scene.move(own, RESIDENT, "rate", solved=True, satisfied=3)
    scene.move(typed, "cleo", "revisit", solved=True, satisfied=5)
    call = draw(scene, share_permille=1000).calls.get(case=quiet)
    answer_call(call=call, solved=False, stars=4, words="", reopen="", by=scene.cast.actor("cleo"), at=scene.now)
    delivered(scene)
    told = feedback(scene)
    assert (told.ended, told.rated, told.typed, told.unanswered) == (3, 1, 2, 0)
    assert (told.solved, told.content) == (Share(1, 1), Share(0, 1)), "so-so is not content; typed is in no rate"
    assert (told.drawn, told.answered, told.to_call) == (3, 1, 2)
    assert (told.call_solved, told.call_content) == (Share(0, 1), Share(1, 1))
    assert feedback(scene, "liuyin").rated == 1 and feedback(scene, "xinqiao").rated == 0
    with clock.standing_at(scene.now):
        page = client_of("lin").get("/figures/feedback/?since=2026-03&until=2026-03").content.decode()
    assert "不足十个" in page and "太少，不算率" in page and "100.0" not in page, "below ten there is no rate"
    assert "1 件中的" not in page, "nor what it is made of: one answer would be read from it"
    rated = CaseEvaluation.objects.get(occasion="rated", is_typed_by_staff=False)
    for n in range(FEWEST - 1):
        rated.pk, rated.step_n, rated.says_solved = None, 100 + n, n > 0
        rated.save(force_insert=True)
    with clock.standing_at(scene.now):
        page = client_of("lin").get("/figures/feedback/?since=2026-03&until=2026-03").content.decode()
    assert "10 件中的 9 件" in page and "90.0 %" in page and "60–98 %" in page
    assert said_publicly(scene.town.district, scene.now).few_say_no, "nine of ten: the tenth is not pointed at"
    with clock.standing_at(scene.now):
        home = Client().get("/").content.decode()
    assert "10 位" in home and "不足十位" in home
    assert [client_of(name).get("/figures/feedback/").status_code for name in ("deng", "ben", "eva")] == [404] * 3


def test_who_was_not_reached_is_counted_with_the_end(scene: Scene) -> None:
    case, uid = scene.brought_to("pending_close", reporter=ELDER), Contact.objects.get().uid
    for hours in (0, 24, 24):
        at = scene.later(hours=hours)
        note_attempt(case=case, contact_uids=[uid], channel="phone", by=scene.cast.actor("cleo"), at=at)
    case = scene.make(case, "cai", "close")
    delivered(scene)
    row = CaseEvaluation.objects.get(case=case)
    assert (row.feedback_version, row.told_count, row.attempt_count, row.unreached_count) == (1, 0, 3, 1)
    assert feedback(scene).unreached == 1


def test_a_problem_that_came_back_is_counted_and_not_hidden(scene: Scene) -> None:
    first = scene.brought_to("closed")
    again, east, elsewhere, other = (
        scene.report(position=LIUYIN_E), scene.report(position=(LIUYIN_E[0] + 0.0007, LIUYIN_E[1])),
        scene.report(position=XINQIAO), scene.report("litter", position=LIUYIN_E),
    )  # fmt: skip
    assert [is_repeat(case) for case in (again, east, elsewhere, other)] == [True, False, False, False], "69 m east"
    assert is_repeat(scene.report(position=None, community_id=scene.town.divisions["liuyin"].pk)) is None
    scene.later(days=30)
    assert is_repeat(scene.report()) is True
    scene.later(seconds=1)
    assert is_repeat(scene.report()) is False, "a day too late"
    for _, who, move in scene.ROAD:
        again = scene.make(again, who, move)
    delivered(scene)
    assert {row.case_id: row.is_repeat for row in CaseEvaluation.objects.all()} == {first.pk: False, again.pk: True}
    told = feedback_of(Area(scene.town.district.pk), scene.town.district, date(2026, 3, 1), date(2026, 5, 1))
    assert told.repeats == Share(1, 2)


def test_reopened_twice_is_said(scene: Scene) -> None:
    case = scene.brought_to("closed")
    for _ in range(2):
        case = scene.move(case, RESIDENT, "reopen_unsolved", reason="灯又不亮了，请再修")
        for who, move in (("dev", "redo"), ("ben", "finish"), ("deng", "confirm"), ("cleo", "ask_inspection"),
                          ("eva", "inspect_pass"), ("cai", "close")):  # fmt: skip
            scene.later(minutes=5)
            case = scene.make(case, who, move)
    delivered(scene)
    told = feedback(scene)
    assert (told.ended, told.reopened, told.reopened_twice) == (3, 2, 1)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_share_lies_in_its_interval(one: int, more: int) -> None:
    share = Share(one, one + more)
    assert 0 <= share.low <= share.percent + 1e-9 and share.percent - 1e-9 <= share.high <= 100
    assert share.is_said is (one + more >= FEWEST) and share.is_public is (min(one, more) >= FEWEST)


def test_wilson_by_hand() -> None:
    assert (round(Share(9, 10).low, 2), round(Share(9, 10).high, 2)) == (59.58, 98.21)
    assert (Share(0, 0).percent, Share(0, 0).low, Share(0, 0).high) == (0.0, 0.0, 100.0)
    assert Share(0, 20).low == 0.0 and Share(20, 20).high == 100.0
