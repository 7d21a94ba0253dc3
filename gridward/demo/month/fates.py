"""How a case fares: a policy that looks at the state and says the next move, its maker, its time and its words.

It knows no rules: the desk checks each move as it checks a person's. Rates are those of a real district:
returns 6–10 %, late 8–15 % unevenly by body.
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from gridward.accounts.models import Body, User
from gridward.cases.actions.desk import CaseDesk
from gridward.cases.models import CaseClock
from gridward.core.actor import Actor
from gridward.core.calendar.due import next_opening
from gridward.core.workflow.roles import Role
from gridward.demo.actions.people import Staff
from gridward.demo.month.places import Spot
from gridward.demo.month.words import Words
from gridward.districts.queries import zone_of

RETURNS = 0.095
MINUTE = timedelta(minutes=1)


class Next(NamedTuple):
    """The next move of a case."""

    move: str
    at: datetime
    by: Actor
    given: Mapping[str, Any] = MappingProxyType({})


@cache
def lateness(code: str) -> float:
    """How often a body is late: its own habit, from 2 to 24 %."""
    return 0.02 + 0.22 * random.Random(f"late {code}").random() ** 2


class Fate:
    """The fate of one case."""

    def __init__(self, desk: CaseDesk, spot: Spot, words: Words, staff: Staff, rng: random.Random) -> None:
        self.desk, self.spot, self.words, self.staff, self.rng = desk, spot, words, staff, rng
        self.right = self.right_body()
        self.will_return = rng.random() < RETURNS and not desk.case.is_urgent
        self.will_fail = rng.random() < 0.06
        self.will_extend = rng.random() < 0.07
        self.result, self.reply = words.outcome(desk.case.category.code)
        self.finish_at: datetime | None = None

    def remark(self, kind: str) -> str:
        case = self.desk.case
        return self.words.remark(kind, case.description + case.category.name_zh + case.category.public_zh)

    def daytime(self, at: datetime) -> datetime:
        """People ring up and rate by day: a night hour becomes the next morning."""
        local = at.astimezone(zone_of(self.desk.case.district))
        if 8 <= local.hour < 21:
            return at
        morning = local.replace(hour=8, minute=0, second=0) + timedelta(days=local.hour >= 21)
        return morning + self.rng.uniform(5, 120) * MINUTE

    # --- who ------------------------------------------------------------------------------------------
    def right_body(self) -> Body:
        """Who answers for it; a complaint never goes to its subject."""
        body, complained = self._body_of_the_trade(), self.desk.case.complained_body
        if complained is not None and body.path.startswith(complained.path):
            return self.staff.bodies["complaints" if complained.code != "complaints" else "hall"]
        return body

    def _body_of_the_trade(self) -> Body:
        """The body of the category's trade, or the office or committee of the place."""
        case, speciality = self.desk.case, self.desk.case.category.speciality
        if speciality in ("subdistrict", "police"):
            return self.staff.offices[self.spot.subdistrict]
        if speciality in ("community", "property", "service_centre") or case.family == "dispute":
            return self.staff.committees[self.spot.community]
        return case.category.default_body or self.staff.bodies["chengguan"]

    def actor(self, user: User | None, role: str, body: Body | None) -> Actor:
        district_id = self.desk.case.district_id
        return Actor(user.pk if user else None, role, body.pk if body else None, district_id)

    def of(self, body: Body, role: str) -> Actor:
        people = self.staff.by_role[body.pk, role]
        return self.actor(self.rng.choice(people), role, body)

    def centre(self, role: str) -> Actor:
        return self.of(self.staff.bodies["centre"], role)

    def closer(self) -> Actor:
        """An acceptor who has not inspected this case."""
        inspected = {step.by for step in self.desk.past if "inspect" in step.move}
        closer = self.centre(Role.ACCEPTOR)
        while closer.user_id in inspected:
            closer = self.centre(Role.ACCEPTOR)
        return closer

    def grid_worker(self) -> Actor:
        """Who walks the duty grid of the case; the community's secretary where nobody does."""
        committee = self.staff.committees[self.spot.community]
        user = self.staff.of_grid.get(self.desk.case.duty_grid_id or 0)
        if user is None:
            return self.of(committee, Role.COMMUNITY_SECRETARY)
        return self.actor(user, Role.GRID_WORKER, committee)

    def resident(self) -> Actor:
        return self.actor(None, Role.RESIDENT, None)

    # --- when -----------------------------------------------------------------------------------------
    def soon(self, low: float, high: float) -> datetime:
        """Minutes after the last step."""
        last = self.desk.earliest
        assert last is not None
        return last + self.rng.uniform(low, high) * MINUTE

    def on_shift(self, body: Body, at: datetime) -> datetime:
        """At ``at``, or some minutes into the next shift of the body."""
        calendar = self.desk.book.shifts(body, at, is_urgent=self.desk.case.is_urgent)
        opening = next_opening(at, calendar)
        return opening if opening == at else opening + self.rng.uniform(3, 25) * MINUTE

    def handle_clock(self) -> CaseClock | None:
        return next((c for c in self.desk.clocks if c.kind == "handle" and c.state in ("running", "paused")), None)

    def done_at(self) -> datetime:
        """When the handler is done: mostly well inside the limit, late as often as the body's habit is."""
        handle, body = self.handle_clock(), self.desk.case.body or self.right
        assert handle is not None
        whole = handle.due_at - handle.opened_at
        late = self.rng.random() < lateness(body.code)
        share = self.rng.uniform(1.05, 1.9) if late else self.rng.betavariate(2.2, 2.6) * 0.85
        at = max(handle.opened_at + whole * share, self.soon(10, 40))
        opened = self.on_shift(body, at)
        return opened if late or opened < handle.due_at else min(at, handle.due_at - 12 * MINUTE)

    # --- what -----------------------------------------------------------------------------------------
    def next(self) -> Next | None:
        """The next move, or nothing when the case has ended for good."""
        policy: Callable[[], Next | None] | None = getattr(self, f"in_{self.desk.case.state}", None)
        return policy() if policy else None

    def in_reported(self) -> Next:
        case, draw = self.desk.case, self.rng.random()
        if case.channel == "grid_worker" and case.category.allows_self_handling and draw < 0.25:
            given = {"category": case.category_id, "result": self.result, "before_note": case.description,
                     "after_photo": ["drawn"]}  # fmt: skip
            return Next("self_handle", self.soon(6, 40), self.grid_worker(), given)
        if draw > 0.985:
            given = {"reason": "这件事不在本区受理范围内，已当面说明", "destination": "市 12345 热线"}
            return Next("refuse", self.soon(4, 13), self.centre(Role.ACCEPTOR), given)
        if case.channel in ("online", "phone") and draw < 0.12 and case.family == "city_management":
            return Next("ask_verification", self.soon(3, 12), self.centre(Role.ACCEPTOR))
        return Next("accept", self.soon(1.5, 9 if draw < 0.97 else 22), self.centre(Role.ACCEPTOR))

    def in_verification(self) -> Next:
        who = self.grid_worker()
        at = self.on_shift(self.staff.committees[self.spot.community], self.soon(8, 24))
        if self.rng.random() < 0.1:
            return Next("verify_false", at, who, {"reason": self.remark("verification_no")})
        return Next("verify_true", at, who, {"words": self.remark("verification_yes")})

    def in_pending_filing(self) -> Next:
        if self.desk.past[-1].move == "verify_false":
            given = {"reason": "现场核实没有这个情况，请继续留意"}
            return Next("refuse_filing", self.soon(5, 30), self.centre(Role.DUTY_CHIEF), given)
        standards = standards_for(self.desk)
        chosen = self.rng.choices(standards, weights=[1 + i for i in range(len(standards))])[0]
        given = {"category": self.desk.case.category_id, "filing_condition": chosen.pk, "duplicates_checked": True}
        return Next("file", self.soon(1, 5), self.centre(Role.ACCEPTOR), given)

    def in_pending_dispatch(self) -> Next:
        if self.desk.case.return_count >= 2:
            return Next("ask_ruling", self.soon(10, 40), self.centre(Role.DISPATCHER), {"reason": "两家都说不归自己管"})
        wrong = self.will_return and self.desk.case.return_count == 0
        body = self.wrong_body() if wrong else self.right
        return Next("dispatch", self.soon(1.5, 12), self.centre(Role.DISPATCHER), {"body": body.pk})

    def wrong_body(self) -> Body:
        others = [body for body in self.staff.bodies.values() if body.kind == "department" and body != self.right]
        return self.rng.choice(others)

    def in_returned(self) -> Next:
        if self.desk.case.return_count >= 2:
            return Next("ask_ruling", self.soon(10, 60), self.centre(Role.DISPATCHER), {"reason": "两家都说不归自己管"})
        again = self.rng.random() < 0.12
        body = self.wrong_body() if again else self.right
        return Next("redispatch", self.soon(3, 14), self.centre(Role.DISPATCHER), {"body": body.pk})

    def in_disputed(self) -> Next:
        at = self.soon(60 * 20, 60 * 90)
        given = {"body": self.right.pk, "ruling": "按权责清单，由属地先处理，费用另议"}
        return Next("designate", at, self.centre(Role.DUTY_CHIEF), given)

    def in_pending_handle(self) -> Next:
        body = self.desk.case.body
        assert body is not None
        wrong = body != self.right and not self.desk.case.is_designated
        is_pressing = any(c.kind == "make_safe" and c.state == "running" for c in self.desk.clocks)
        at = self.soon(4, 22) if is_pressing else self.on_shift(body, self.soon(8, 70))
        if wrong:
            return Next("return_task", at, self.of(body, Role.DEPARTMENT), {"reason": self.remark("return")})
        handler = self.rng.choice(self.staff.by_role[body.pk, Role.HANDLER])
        return Next("accept_task", at, self.of(body, Role.DEPARTMENT), {"handler": handler.pk})

    def in_handling(self) -> Next:
        case, body = self.desk.case, self.desk.case.body
        assert body is not None
        handler = Actor(case.handler_id, Role.HANDLER, body.pk, case.district_id)
        running = {c.kind: c for c in self.desk.clocks if c.state == "running"}
        if "make_safe" in running:
            return Next("make_safe", self.soon(15, 75), handler, {"result": "现场先围好，放了警示牌，有人看着"})
        self.finish_at = self.finish_at or self.done_at()
        asked = [wish for wish in self.desk.requests if wish.state == "asked"]
        if asked:
            return self._decide()
        handle = self.handle_clock()
        wants = self.will_extend and handle is not None and self.soon(5, 5) < handle.due_at - timedelta(hours=4)
        if wants:
            self.will_extend, self.finish_at = False, None
            at = self.on_shift(body, self.soon(30, 240))
            if handle is not None and at < handle.due_at - timedelta(hours=1):
                return Next("ask_extension", at, handler, {"reason": self.remark("extension")})
        self.finish_at = self.finish_at or self.done_at()
        given = {"result": self.result, "after_photo": ["drawn"]}
        return Next("finish", max(self.finish_at, self.soon(2, 10)), handler, given)

    def _decide(self) -> Next:
        if self.rng.random() < 0.8:
            return Next("grant_extension", self.soon(5, 30), self.centre(Role.DISPATCHER), {"reason": "理由充分，同意"})
        given = {"reason": "人手可以调配，请按原时限办"}
        return Next("refuse_extension", self.soon(5, 30), self.centre(Role.DISPATCHER), given)

    def in_handled(self) -> Next:
        body = self.desk.case.body
        assert body is not None
        desk = self.of(body, Role.DEPARTMENT)
        if self.rng.random() < 0.03 and sum(step.move == "reject_result" for step in self.desk.past) == 0:
            self.finish_at = self.soon(40, 180)
            return Next("reject_result", self.soon(3, 9), desk, {"reason": "照片看不清收尾情况，请补拍并清理干净"})
        return Next("confirm", self.soon(2, 9), desk)

    def in_feedback(self) -> Next:
        if self.desk.case.category.allows_desk_check and self.rng.random() < 0.6:
            return Next("desk_inspect_pass", self.soon(1, 6), self.centre(Role.ACCEPTOR))
        return Next("ask_inspection", self.soon(1, 7), self.centre(Role.ACCEPTOR))

    def in_inspection(self) -> Next:
        at = self.on_shift(self.staff.committees[self.spot.community], self.soon(6, 26))
        who = self.grid_worker()
        if self.will_fail:
            self.will_fail = False
            return Next("inspect_fail", at, who, {"reason": self.remark("inspection_fail")})
        return Next("inspect_pass", at, who, {"words": self.remark("inspection_pass")})

    def in_rework(self) -> Next:
        self.finish_at = None
        return Next("redo", self.soon(4, 14), self.centre(Role.DISPATCHER))

    def in_pending_close(self) -> Next:
        given = {"closing_condition": True, "reply": self.reply}
        return Next("close", self.soon(1, 7), self.closer(), given)

    def in_closed(self) -> Next | None:
        case = self.desk.case
        if case.channel not in ("online", "phone", "counter") or self.rng.random() > 0.38:
            return None
        stars = self.rng.choices((5, 4, 3, 2, 1), weights=(46, 28, 12, 8, 6))[0]
        words = self.remark("rating") if stars > 2 and self.rng.random() < 0.4 else ""
        given = {"solved": stars >= 3, "satisfied": stars, "words": words}
        return Next("rate", self.daytime(self.soon(60, 60 * 40)), self.resident(), given)

    def in_evaluated(self) -> Next | None:
        unhappy = any(not rating.is_solved for rating in self.desk.new_ratings)
        if not unhappy or self.desk.case.reopen_count or self.rng.random() > 0.5:
            return None
        given = {"reason": "诉求人说没有解决，网格员看过属实"}
        self.result, self.reply = self.words.outcome(self.desk.case.category.code)
        return Next("reopen", self.daytime(self.soon(60, 600)), self.centre(Role.ACCEPTOR), given)


def standards_for(desk: CaseDesk) -> list[Any]:
    """The standards of the case's category, the mildest last."""
    return desk.book.standards_of(desk.case.category_id)
