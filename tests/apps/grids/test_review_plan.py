"""A draft is laid open for comments; who is of its area comments; each comment is answered before adoption."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from gridward.audit.models import Entry
from gridward.core.errors import RuleBroken
from gridward.grids.actions import adopt_plan, draft_plan, put_shape, remove_shape, withdraw_plan
from gridward.grids.actions.reviewing import answer_comment, comment_plan, open_review
from gridward.grids.models import GridPlan, PlanComment
from gridward.grids.queries.plans import number_of
from gridward.grids.queries.reviews import amendments_of, review_of
from gridward.work import clock
from tests.cast import Cast
from tests.town import Town, square

pytestmark = pytest.mark.long_transaction("adoption moves open work in its own transaction, up to 2 s by design")
TODAY = date(2026, 3, 4)
UNTIL = TODAY + timedelta(days=7)
AFTER = timedelta(days=8)
WORDS = "北边三栋楼离活动室太远，请留在西网格。"
Clients = Callable[[str], Client]


@pytest.fixture
def draft(town: Town, cast: Cast, at: datetime) -> GridPlan:
    """Hui draws: Liuyin's west grid takes a strip of the east one."""
    plan = draft_plan(division=town.divisions["liuan"], name_zh="柳岸调整", by=cast.actor("hui"), at=at)
    put_shape(plan=plan, grid=town.grids["liuyin_w"], shape=square(113.99, 28.19, 0.007), by=cast.actor("hui"), at=at)
    return plan


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as told:
        act()
    assert told.value.sentence("zh") and told.value.sentence("en")
    return told.value.code


def opened(draft: GridPlan, cast: Cast, at: datetime) -> None:
    open_review(plan=draft, until=UNTIL, by=cast.actor("hui"), at=at)


def test_people_of_the_area_comment_and_nobody_else(cast: Cast, draft: GridPlan, at: datetime) -> None:
    opened(draft, cast, at)
    for name in ("lin", "gao", "shu", "hui", "wen"):
        comment_plan(plan=draft, words=WORDS, by=cast.actor(name), at=at)
    assert list(draft.comments.order_by("n").values_list("n", flat=True)) == [1, 2, 3, 4, 5]
    for name in ("dev", "ben", "sun", "nie", "ivy", "pan", "finn"):
        act = lambda: comment_plan(plan=draft, words=WORDS, by=cast.actor(name), at=at)  # noqa: B023, E731
        assert refusal(act) == "grids.not_of_area", name


def test_comments_are_taken_while_the_review_is_open(town: Town, cast: Cast, draft: GridPlan, at: datetime) -> None:
    by, hui = cast.actor("lin"), cast.actor("hui")

    def comment(when: datetime = at, **given: object) -> PlanComment:
        with clock.standing_at(when):
            return comment_plan(plan=draft, words=WORDS, by=by, at=when, **given)

    assert refusal(comment) == "grids.review_not_open"
    assert refusal(lambda: open_review(plan=draft, until=TODAY - timedelta(1), by=hui, at=at)) == (
        "grids.review_ends_early"
    )
    assert refusal(lambda: open_review(plan=draft, until=UNTIL, by=by, at=at)) == "grids.not_planner"
    opened(draft, cast, at)
    assert comment(grid=town.grids["liuyin_e"]).grid == town.grids["liuyin_e"]
    assert refusal(lambda: comment(grid=town.grids["xinqiao_w"])) == "grids.grid_elsewhere"
    comment(at + timedelta(days=7))
    assert refusal(lambda: comment(at + AFTER)) == "grids.review_not_open"
    open_review(plan=draft, until=UNTIL + timedelta(days=7), by=hui, at=at)
    comment(at + AFTER)


def test_a_comment_is_answered_once_by_who_drafts_and_never_changed(cast: Cast, draft: GridPlan, at: datetime) -> None:
    opened(draft, cast, at)
    row = comment_plan(plan=draft, words=WORDS, by=cast.actor("lin"), at=at)

    def answer(name: str) -> PlanComment:
        return answer_comment(comment=row, outcome="partly", answer="留两栋。", by=cast.actor(name), at=at)

    assert refusal(lambda: answer("lin")) == "grids.not_planner"
    assert answer("hui").answered_by == cast["hui"]
    assert refusal(lambda: answer("wen")) == "grids.comment_answered"
    kept = PlanComment.objects.get()
    assert (kept.words, kept.answer, kept.outcome) == (WORDS, "留两栋。", "partly")
    verbs = [f"grids.{verb}" for verb in ("draft_plan", "put_shape", "open_review", "comment_plan", "answer_comment")]
    entries = Entry.objects.filter(subject=f"grids.GridPlan:{draft.pk}").order_by("n")
    assert list(entries.values_list("verb", flat=True)) == verbs


def test_a_plan_with_unanswered_comments_or_an_open_review_is_not_adopted(
    cast: Cast, draft: GridPlan, at: datetime
) -> None:
    opened(draft, cast, at)
    row = comment_plan(plan=draft, words=WORDS, by=cast.actor("lin"), at=at)

    def adopt(when: datetime) -> GridPlan:
        with clock.standing_at(when):
            return adopt_plan(plan=draft, from_day=TODAY + timedelta(20), by=cast.actor("wen"), at=when)

    assert refusal(lambda: adopt(at + AFTER)) == "grids.comments_unanswered"
    answer_comment(comment=row, outcome="taken_up", answer="好。", by=cast.actor("hui"), at=at)
    assert refusal(lambda: adopt(at)) == "grids.review_goes_on"
    assert adopt(at + AFTER).state == "adopted"
    assert (
        refusal(lambda: comment_plan(plan=draft, words=WORDS, by=cast.actor("lin"), at=at)) == "grids.review_not_open"
    )
    assert PlanComment.objects.get().words == WORDS


def test_every_change_after_the_opening_is_shown_before_and_after_adoption(
    town: Town, cast: Cast, draft: GridPlan, at: datetime
) -> None:
    opened(draft, cast, at)
    by = cast.actor("hui")

    def amended(day: date) -> list[tuple[str, str]]:
        plan = GridPlan.objects.get(pk=draft.pk)
        return [(one.what, one.grid.code) for one in amendments_of(plan, review_of(plan, day))]

    assert amended(TODAY) == []
    hour = timedelta(hours=1)
    with clock.standing_at(at + hour):
        put_shape(plan=draft, grid=town.grids["liuyin_w"], shape=square(113.99, 28.19, 0.006), by=by, at=at + hour)
    with clock.standing_at(at + 2 * hour):
        remove_shape(plan=draft, grid=town.grids["dukou_e"], by=by, at=at + 2 * hour)
    west, gone = town.grids["liuyin_w"].code, town.grids["dukou_e"].code
    assert amended(TODAY) == [("redrawn", west), ("gone", gone)]
    with clock.standing_at(at + AFTER):
        adopt_plan(plan=draft, from_day=TODAY + timedelta(20), by=cast.actor("wen"), at=at + AFTER)
    assert amended(TODAY + AFTER) == [("redrawn", west), ("gone", gone)]
    with clock.standing_at(at + 2 * AFTER):
        withdraw_plan(plan=draft, by=cast.actor("wen"), at=at + 2 * AFTER)
    assert amended(TODAY) == [] and PlanComment.objects.count() == 0


def test_the_page_takes_comments_and_answers(cast: Cast, draft: GridPlan, at: datetime, client_of: Clients) -> None:
    number = number_of(draft)
    page = f"/grids/plans/{number}/"
    assert "还没有征求意见" in client_of("lin").get(page).content.decode()
    for day in ("2026-03-01", "20260-03-11", "2206-03-11"):
        assert client_of("hui").post(f"{page}review/", {"until": day}).status_code == 422
    assert client_of("hui").post(f"{page}review/", {"until": str(UNTIL)}).status_code == 302
    assert client_of("lin").post(f"{page}comments/", {"words": WORDS, "grid": "900107001001" + "02"}).status_code == 302
    assert client_of("lin").post(f"{page}comments/", {"words": "", "grid": ""}).status_code == 422
    of_elsewhere = client_of("dev").post(f"{page}comments/", {"words": WORDS})
    assert of_elsewhere.status_code == 422 and 'class="note error"' in of_elsewhere.content.decode()
    director = client_of("wen").get(page).content.decode()
    assert WORDS in director and "有 1 条意见没有答复" in director
    refused = client_of("wen").post(f"{page}adopt/", {"from_day": "2026-04-01"})
    assert refused.status_code == 422 and "还有 1 条意见没有答复" in refused.content.decode()
    answer = {"c1-outcome": "not_taken_up", "c1-answer": ""}
    assert client_of("hui").post(f"{page}comments/1/", answer).status_code == 422
    assert client_of("hui").post(f"{page}comments/1/", {**answer, "c1-answer": "路不好走。"}).status_code == 302
    assert client_of("hui").post(f"{page}comments/9/", answer).status_code == 404
    told = client_of("lin").get(page).content.decode()
    assert "未采纳" in told and "路不好走。" in told
    assert "征求意见到 2026-03-11" in client_of("dev").get("/grids/plans/").content.decode()
