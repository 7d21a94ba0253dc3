"""One case of each family through the seven stages, over HTTP, as the cast does it with forms and photos."""

import io
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PIL import Image, ImageDraw

from gridward.demo.visitor import NotAsExpected, Page, Visitor

STAGES = ("信息采集", "案卷建立", "调度派遣", "案件处置", "处理反馈", "核实结案", "综合评价")
Say = Callable[[str], None]


def picture(words: str) -> bytes:
    """A small drawn JPEG, different for each use."""
    image = Image.new("RGB", (320, 240), "#efeee3")
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 60, 280, 200), outline="#1b2a29", width=3)
    pen.text((60, 110), f"{words} {time.time_ns()}", fill="#1b2a29")
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


@dataclass(slots=True)
class Company:
    """Where the story plays and who signs in there."""

    base: str
    password: str
    names: dict[str, str]
    place: str
    say: Say
    visitors: dict[str, Visitor] = field(default_factory=dict)

    @classmethod
    def at(cls, base: str, say: Say) -> "Company":
        """Ask a running example district for its cast."""
        facts = json_of(Visitor(base).get("/demo/cast.json"))
        names = {row["username"]: row["name"] for row in facts["cast"]}
        return cls(base, facts["password"], names, facts["place"], say)

    def who(self, key: str) -> Visitor:
        """The visitor who signed in as this one of the cast."""
        if key not in self.visitors:
            visitor = Visitor(self.base)
            page = visitor.get("/accounts/login/")
            form = page.form("login")
            visitor.send(page, form, {"login": key, "password": self.password})
            visitor.get("/work/").must_say("我的工作")
            self.visitors[key] = visitor
        return self.visitors[key]


def json_of(page: Page) -> dict[str, Any]:
    return dict(json.loads(page.html))


@dataclass(frozen=True, slots=True)
class Desk:
    """A body that gets the work, and the two of the cast who serve it."""

    body: str
    keeper: str
    handler: str


CITY = Desk("示例区城市管理局", "deng", "ben")
CIVIL_AFFAIRS = Desk("示例区民政局", "mei", "tan")
PROPERTY = Desk("絮园物业", "yuan", "luo")
HALL = Desk("示例区政务服务中心", "hao", "su")


@dataclass(slots=True)
class Walk:
    """One case on its way."""

    company: Company
    title: str
    number: str = ""
    stage: int = 0

    def tell(self, stage: int, key: str, what: str) -> None:
        """One line a stage: its Chinese name, the time, who did it."""
        name = self.company.names.get(key, "安丽华（居民）")
        self.company.say(f"  {STAGES[stage - 1]}  {datetime.now().astimezone():%H:%M:%S}  {name}  {what}")
        self.stage = stage

    def move(self, key: str, move: str, *, photo: str = "", **values: str) -> Page:
        """Open the case, take the move that it offers, fill its form, send it."""
        visitor = self.company.who(key)
        case = visitor.get(f"/cases/{self.number}/")
        page = visitor.get(case.link(f"/moves/{move}/"))
        form = page.form("action_uuid")
        chosen = {name: form.option(name, value[1:]) if value[:1] == "@" else value for name, value in values.items()}
        files = {photo: (f"{photo}.jpg", picture(move))} if photo else None
        return visitor.send(page, form, chosen, files=files)

    def must_be(self, key: str, words: str) -> None:
        """The case page says where it stands."""
        self.company.who(key).get(f"/cases/{self.number}/").must_say(words)

    def take_in(self, key: str, words: str, **values: str) -> None:
        """信息采集 by somebody who works here."""
        visitor = self.company.who(key)
        page = visitor.get("/cases/new/")
        form = page.form("sealed")
        chosen = {name: form.option(name, value[1:]) if value[:1] == "@" else value for name, value in values.items()}
        files = {"photos": ("seen.jpg", picture("report"))} if key == "gao" else None
        slip = visitor.send(page, form, {"description": words, "position": self.company.place, **chosen}, files=files)
        found = re.search(r"/cases/(\d{19})/slip/", slip.url)
        if found is None:
            raise NotAsExpected(f"no slip after taking in: {slip.url}: {slip.words[:300]}")
        self.number = found[1]
        slip.must_say(self.number)
        self.tell(1, key, words)

    def tell_by_phone(self) -> None:
        """Whoever asked for a call is called before the case is closed."""
        visitor = self.company.who("cai")
        case = visitor.get(f"/cases/{self.number}/").must_say("告知")
        opened = visitor.send(case, case.form_to("/contact/"), {})
        visitor.send(opened, opened.form_to("/told/"), {})

    def from_filing_to_closing(self, desk: Desk, *, is_called: bool = False) -> None:
        """Stages two to six in the roles of the people who do the work."""
        self.move("cleo", "accept")
        self.move("cleo", "file", filing_condition="@", duplicates_checked="on")
        self.must_be("cleo", "待派遣")
        self.tell(2, "cleo", "立案")
        self.move("dev", "dispatch", body=f"@{desk.body}")
        self.tell(3, "dev", f"派遣 → {desk.body}")
        self.move(desk.keeper, "accept_task", handler=f"@{self.company.names[desk.handler]}")
        self.move(desk.handler, "finish", result="到现场办好了，收尾干净", photo="after_photo")
        self.tell(4, desk.handler, "处置完成")
        self.move(desk.keeper, "confirm")
        self.must_be("cleo", "待核查")
        self.tell(5, desk.keeper, "确认反馈")
        self.move("cleo", "ask_inspection", inspector=f"@{self.company.names['eva']}")
        self.move("eva", "inspect_pass", words="到现场看了，办好了", photo="photo")
        self.tell(6, "eva", "核查通过")
        if is_called:
            self.tell_by_phone()
        self.move("cai", "close", closing_condition="on", reply="您说的事办好了，有问题随时找我们。")
        self.tell(6, "cai", "结案")

    def ask_how_it_went(self) -> None:
        """综合评价 by a call back."""
        self.move("cleo", "revisit", solved="yes", satisfied="5", words="满意")
        self.must_be("cleo", "已评价")
        self.tell(7, "cleo", "回访评价")


def city_management(company: Company) -> None:
    walk = Walk(company, "城市管理")
    walk.take_in("gao", "路口垃圾堆了两天，绕着走", channel="grid_worker", category="@垃圾", place="柳荫路口")
    walk.from_filing_to_closing(CITY)
    walk.ask_how_it_went()


def asking_for_help(company: Company) -> None:
    walk = Walk(company, "求助服务")
    walk.take_in("cleo", "老伴出院了，想有人送几天饭", channel="phone", category="@老年", place="柳荫里 3 栋",
                 name="示例老人", phone="0000-5551234", answer_by="phone")  # fmt: skip
    walk.from_filing_to_closing(CIVIL_AFFAIRS, is_called=True)
    walk.ask_how_it_went()


def dispute(company: Company) -> None:
    walk = Walk(company, "矛盾纠纷")
    walk.take_in("lin", "楼上漏水，天花板湿了一片", channel="counter", category="@漏水", place="柳荫里 5 栋",
                 answer_by="counter")  # fmt: skip
    walk.from_filing_to_closing(PROPERTY, is_called=True)
    walk.ask_how_it_went()


def a_question(company: Company) -> None:
    """A resident without an account, from the first page to the rating on the private page."""
    walk, ada = Walk(company, "咨询建议投诉"), Visitor(company.base)
    page = ada.get(ada.get("/").must_say("反映问题", "求助办事", "咨询建议").link("/report/voice/"))
    page = ada.send(page, page.form("sealed"), {"position": company.place, "place": "柳荫里 2 栋", "go": "next"})
    form = page.form("sealed")
    told = {"category": form.option("category", "问政策"), "description": "想问问高龄津贴怎么申请，要带什么"}
    page = ada.send(page, form, told | {"go": "next"}, files={"photos": ("paper.jpg", picture("letter"))})
    mine = ada.send(page.must_say(told["description"]), page.form("sealed"), {"go": "send"})
    found = re.search(r"\b(\d{19})\b", mine.words)
    if found is None or "/r/" not in mine.url:
        raise NotAsExpected(f"no private page after reporting: {mine.url}: {mine.words[:300]}")
    walk.number, private = found[1], mine.url.partition("?")[0]
    mine.must_say("已收到", "查询码")
    walk.tell(1, "ada", told["description"])
    walk.from_filing_to_closing(HALL)
    page = ada.get(private).must_say("已办结", "您说的事办好了")
    rating = {"rate-solved": "yes", "rate-satisfied": "5", "rate-words": "说得很清楚"}
    ada.send(page, page.form("rate-solved"), rating)
    ada.get(private).must_say("已评价")
    walk.tell(7, "ada", "评价")


FAMILIES: dict[str, Callable[[Company], None]] = {
    "城市管理": city_management, "求助服务": asking_for_help, "矛盾纠纷": dispute, "咨询建议投诉": a_question,
}  # fmt: skip


def tell(base: str, say: Say) -> None:
    """All families, one after the other; the first thing that is wrong ends it."""
    company = Company.at(base, say)
    for name, story in FAMILIES.items():
        say(name)
        story(company)
