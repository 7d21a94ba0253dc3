"""A district at work: categories with standards, reports, and moves by the people of the cast."""

import io
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from PIL import Image

from gridward.accounts.models import Grant, User
from gridward.audit.verification.chains import verify_bodies, verify_table
from gridward.audit.verification.findings import Finding
from gridward.cases.actions.contacts import Reporter, new_token
from gridward.cases.actions.moving import move_case
from gridward.cases.actions.reporting import Report, report_case
from gridward.cases.models import Case, CaseClock, CaseStep, Category, Standard
from gridward.core.actor import Actor
from gridward.core.errors import RuleBroken
from gridward.files.storing import Prepared, prepare_drawing
from gridward.work import clock
from tests.cast import Cast
from tests.town import BUILT_AT, SINCE, Town

LIUYIN_E = (113.9975, 28.195)
LIUYIN_W = (113.9925, 28.195)
XINQIAO = (114.0075, 28.205)
OUTSIDE = (114.015, 28.195)
RESIDENT = Actor(None, "resident", None, 7)
DUPLICATES = {"duplicates_checked": True}
# code: names, family, limit, unit, other flags
KINDS: dict[str, tuple[str, str, str, int, str, dict[str, Any]]] = {
    "lamp": ("路灯不亮", "Lamp out", "city_management", 4, "work_hour", {}),
    "pothole": ("路面塌陷", "Hole in the road", "city_management", 2, "urgent_hour",
                {"is_urgent": True, "make_safe_value": 1, "make_safe_unit": "urgent_hour"}),
    "litter": ("暴露垃圾", "Litter", "city_management", 2, "work_hour",
               {"needs_after_photo": True, "allows_self_handling": True, "allows_desk_check": True}),
    "meal": ("助餐", "Meals", "help", 3, "work_day", {}),
    "conduct": ("工作作风", "Conduct of a body", "voice", 5, "work_day", {"is_about_body": True}),
}  # fmt: skip


def build_kinds(town: Town) -> dict[str, Category]:
    """Five categories of the town, each with one standard."""
    made = {}
    for n, (code, (zh, en, family, value, unit, more)) in enumerate(KINDS.items()):
        flags = {name: more[name] for name in more if not name.startswith("make_safe")}
        category = Category.objects.create(
            district=town.district, scheme="test", kind="event", code=code, family=family, name_zh=zh, name_en=en,
            sort_key=f"{n:03}", default_body=town.bodies["maintenance"], **flags,
        )  # fmt: skip
        Standard.objects.create(
            district=town.district, category=category, n=1, filing_zh="发现即立案", filing_en="When seen",
            closing_zh="恢复正常", closing_en="Works again", limit_value=value, limit_unit=unit,
            make_safe_value=more.get("make_safe_value"), make_safe_unit=more.get("make_safe_unit", ""),
            valid_from=SINCE, recorded_at=BUILT_AT,
        )  # fmt: skip
        made[code] = category
    return made


def picture(shade: int = 90) -> io.BytesIO:
    """A small picture, as a phone would send it."""
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 120, 140)).save(stream, "JPEG")
    stream.seek(0)
    stream.name = "photo.jpg"
    return stream


def photo(shade: int = 90) -> Prepared:
    """A picture of our own: what strangers send is prepared in a process of its own, which takes its time."""
    drawn = picture(shade).getvalue()
    return prepare_drawing(drawn, drawn, media_type="image/jpeg", width=64, height=48)


@dataclass
class Scene:
    """The town at work at one standing moment; ``later`` moves the clock of this scene."""

    town: Town
    cast: Cast
    kinds: dict[str, Category]
    now: datetime

    @cached_property
    def photo(self) -> Prepared:
        """One picture for all moves of a scene."""
        return photo()

    def later(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now

    def standard(self, kind: str) -> Standard:
        return self.kinds[kind].standards.order_by("pk")[0]

    def person(self, username: str, role: str, body: str, scope: str) -> User:
        """One more person of the town."""
        user = User.objects.create(district=self.town.district, username=username, name=f"示例{username}",
                                   password="!", recorded_at=BUILT_AT)  # fmt: skip
        row = self.town.bodies[body]
        Grant.objects.create(district=self.town.district, user=user, role=role, body=row, scope=scope,
                             valid_from=SINCE, recorded_at=BUILT_AT)  # fmt: skip
        self.cast.users[username], self.cast.bodies[username], self.cast.roles[username] = user, row, role
        return user

    def told(self, kind: str = "lamp", **changes: Any) -> Report:
        given: dict[str, Any] = {
            "client_uuid": uuid.uuid4(), "channel": "online", "category_id": self.kinds[kind].pk,
            "description": "巷口的灯不亮，晚上看不清。", "place": "柳荫巷口", "position": LIUYIN_E,
            "token": new_token(), "reporter": Reporter("安丽华", "13800000001"),
        }  # fmt: skip
        return Report(**{**given, **changes})

    def report(self, kind: str = "lamp", by: Actor = RESIDENT, **changes: Any) -> Case:
        return self.report_as(self.told(kind, **changes), by)

    def report_as(self, report: Report, by: Actor = RESIDENT) -> Case:
        with clock.standing_at(self.now):
            return report_case(district=self.town.district, report=report, by=by, at=self.now)

    def move(self, case: Case, name: str | Actor, move: str, at: datetime | None = None, action_uuid: Any = None,
             seen_n: int | None = None, **given: Any) -> Case:  # fmt: skip
        by = name if isinstance(name, Actor) else self.cast.actor(name)
        with clock.standing_at(self.now):
            return move_case(case=case, move=move, given=given, by=by, at=at or self.now, action_uuid=action_uuid,
                             seen_n=seen_n)  # fmt: skip

    def refusal(self, case: Case, name: str | Actor, move: str, **given: Any) -> str:
        """The code with which a move is refused; nothing of the case may have changed."""
        before = Case.objects.filter(pk=case.pk).values().get()
        try:
            self.move(case, name, move, **given)
        except RuleBroken as refused:
            assert refused.sentence("zh") and refused.sentence("en")
            assert Case.objects.filter(pk=case.pk).values().get() == before
            return refused.code
        raise AssertionError(f"{move} was not refused")

    def fields(self, case: Case, move: str) -> dict[str, Any]:
        """Enough to make a move of the main road."""
        kind = next(code for code, row in self.kinds.items() if row.pk == case.category_id)
        long = "理由写得足够长，大家都看得懂。"
        shown = [self.photo] if move == "self_handle" or (move == "finish" and kind == "litter") else None
        everything: dict[str, Any] = {
            "accept": {}, "ask_verification": {}, "verify_true": {}, "verify_false": {"reason": long},
            "verify_unable": {"reason": long}, "refuse": {"reason": long, "destination": "民政局"},
            "file": {"category": case.category_id, "filing_condition": self.standard(kind).pk, **DUPLICATES},
            "dispatch": {"body": self.town.bodies["maintenance"].pk},
            "redispatch": {"body": self.town.bodies["maintenance"].pk},
            "designate": {"body": self.town.bodies["maintenance"].pk, "ruling": long},
            "accept_task": {"handler": self.cast["ben"].pk}, "reassign": {"handler": self.cast["ben"].pk},
            "finish": {"result": "灯已修好。", "after_photo": shown},
            "make_safe": {"result": "已围挡。"}, "confirm": {}, "desk_inspect_pass": {}, "ask_inspection": {},
            "inspect_pass": {}, "close": {"closing_condition": True, "reply": "您反映的灯已修好，谢谢。"},
            "redo": {}, "ask_suspension": {"reason": long, "until": self.day(30)},
            "grant_suspension": {"until": self.day(30)}, "resume": {}, "grant_extension": {}, "rate": {}, "revisit": {},
            "close_unresolved": {"explanation": long, "review_on": self.day(60), "reply": long},
            "force_close": {"reason": long, "reply": long}, "reply_supervision": {"reply": long},
            "supervise": {"supervision_kind": "leader", "reply_by": self.day(3)}, "remind": {},
            "supplement": {"text": "补充一句，灯杆也歪了。"}, "self_handle": {"category": case.category_id,
            "result": "当场清理干净。", "before_note": "有三袋垃圾", "after_photo": shown}, "grant_review": {},
            "refuse_review": {"reply": long}, "partial_result": {"result": "灯杆已扶正。"},
            "note_cost": {"used_for": "灯头一个", "cost_fen": 12_50},
            "keep_unresolved": {"explanation": long, "review_on": self.day(60)},
        }  # fmt: skip
        return everything.get(move, {"reason": long})

    def make(self, case: Case, name: str | Actor, *moves: str) -> Case:
        """Several moves of one person, with the usual fields."""
        for move in moves:
            case = self.move(case, name, move, **self.fields(case, move))
        return case

    ROAD = (
        ("pending_filing", "cleo", "accept"), ("pending_dispatch", "cleo", "file"),
        ("pending_handle", "dev", "dispatch"), ("handling", "deng", "accept_task"), ("handled", "ben", "finish"),
        ("feedback", "deng", "confirm"), ("inspection", "cleo", "ask_inspection"),
        ("pending_close", "eva", "inspect_pass"), ("closed", "cai", "close"),
    )  # fmt: skip

    def brought_to(self, state: str, kind: str = "lamp", **changes: Any) -> Case:
        """A case that went the main road up to a state."""
        case = self.report(kind, **changes)
        if state == "reported":
            return case
        for reached, who, move in self.ROAD:
            case = self.make(case, who, move)
            assert case.state == reached
            if reached == state:
                return case
        raise AssertionError(state)

    def day(self, ahead: int) -> date:
        return (self.now + timedelta(hours=8, days=ahead)).date()


def steps(case: Case) -> list[str]:
    """The verbs of a case's steps, in order."""
    return [
        verb.removeprefix("cases.")
        for verb in CaseStep.objects.filter(case=case).order_by("n").values_list("verb", flat=True)
    ]


def damage() -> list[Finding]:
    """What the audit finds wrong with the steps of all cases."""
    return [*verify_table(CaseStep), *verify_bodies(CaseStep, set())]


def clocks(case: Case) -> dict[str, list[str]]:
    """The states of a case's clocks by kind, in the order in which they were opened."""
    found: dict[str, list[str]] = {}
    for row in CaseClock.objects.filter(case=case).order_by("opened_at", "pk"):
        found.setdefault(row.kind, []).append(row.state)
    return found


def running(case: Case, kind: str) -> CaseClock:
    return CaseClock.objects.get(case=case, kind=kind, state__in=("running", "paused"))
