"""Invented content for the style guide: every component once, as it is meant to be used."""

from datetime import UTC, datetime
from typing import Any

import shapely
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridward.web import maps, paging
from gridward.web.forms import PlainForm
from gridward.web.grounds import Ground
from gridward.web.icons import ICONS
from gridward.web.maps import Feature, Layer, Window
from gridward.web.places import PlaceField

MIDDLE = (113.0, 28.2)
WHOLE = (112.985, 28.19, 113.015, 28.21)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type]


def spot(x: float, y: float) -> tuple[float, float]:
    """Degrees of a point in tenths of the specimen's width and height."""
    return WHOLE[0] + x * 0.003, WHOLE[1] + y * 0.002


def area(*corners: tuple[float, float]) -> shapely.Polygon:
    return shapely.Polygon([spot(*corner) for corner in corners])


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([spot(*point) for point in points])


def ground(window: Window | None = None) -> list[Layer]:
    """A small invented place: a river, roads, blocks, houses, three kinds of grid."""
    houses = [
        area((x, y), (x + 0.3, y), (x + 0.3, y + 0.22), (x, y + 0.22))
        for x in (0.6, 1.3, 2.0, 4.4, 5.1, 5.8, 8.6, 9.2)
        for y in (0.7, 1.6, 2.5, 6.3, 7.2, 8.1)
    ]
    outline = area((0.2, 0.4), (9.7, 0.2), (9.9, 9.5), (5, 9.8), (0.3, 9.6))
    return [
        Layer("land", [Feature(outline)]),
        Layer("park", [Feature(area((0.5, 3.6), (3, 3.6), (3, 5.4), (0.6, 5.2)), name="稻香公园")]),
        Layer("building", [Feature(house) for house in houses]),
        Layer("water", [Feature(area((6.8, 0), (8, 0), (7.6, 5), (8.2, 10), (7, 10), (6.4, 5)), name="漕溪江")]),
        Layer("express", [Feature(line((0, 5.6), (4, 5.8), (10, 5.2)), name="望江大道")]),
        Layer("arterial", [Feature(line((3.6, 0), (3.4, 5), (3.8, 10)))]),
        Layer(
            "grid_community",
            [
                Feature(area((0.3, 0.5), (3.4, 0.5), (3.3, 3.4), (0.3, 3.4)), "g1", "柳堤 01", "#g1"),
                Feature(area((3.7, 0.5), (6.5, 0.5), (6.2, 5.2), (3.6, 5.3)), "g2", "柳堤 02", "#g2", is_chosen=True),
            ],
        ),
        Layer("grid_road", [Feature(area((0.2, 5.4), (9.8, 5), (9.8, 5.5), (0.2, 6)), "g3", url="#g3")]),
        Layer("grid_premises", [Feature(area((4, 6.4), (6.4, 6.3), (6.3, 9), (4, 9)), "g4", "长禾医院", "#g4")]),
        Layer("subdistrict", [Feature(line((0.2, 6), (3.4, 6.2), (6.4, 6.1)))]),
        Layer("outline", [Feature(outline)]),
    ]


def cases() -> Layer:
    rows = (
        ("city_management", "late", 1.0, 2.2),
        ("city_management", "due_soon", 4.6, 3.1),
        ("help", "on_time", 5.4, 1.4),
        ("dispute", "on_time", 2.2, 1.2),
        ("voice", "due_soon", 5.6, 4.3),
        ("help", "late", 1.6, 7.4),
        ("dispute", "suspended", 4.8, 7.6),
        ("city_management", "suspended", 8.9, 4.4),
    )
    features = [
        Feature(
            shapely.Point(spot(x, y)), f"c{n}", f"900101-20261112-{n:05}", f"#c{n}", family, light, is_chosen=n == 2
        )
        for n, (family, light, x, y) in enumerate(rows, 1)
    ]
    return Layer("case", features)


def own_ground() -> Ground:
    """The invented place at an address of its own."""
    kinds = tuple(layer.kind for layer in ground())
    return Ground("/style/ground", "1", kinds, ground)


class SpecimenForm(PlainForm):
    """One field of each kind."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        widget=forms.RadioSelect,
        choices=[("road", "路面坏了"), ("light", "灯不亮"), ("rubbish", "垃圾没清"), ("unsure", "说不清")],
    )
    place = PlaceField(label=gettext_lazy("The place"), ground=own_ground(), whole=WHOLE, start=MIDDLE, required=False)
    words = forms.CharField(
        label=gettext_lazy("In your words"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One sentence is enough."),
    )
    phone = forms.CharField(label=gettext_lazy("Mobile number"), required=False)
    agreed = forms.BooleanField(label=gettext_lazy("You may call me about this"), required=False)


class SpecimenFilter(PlainForm):
    hides_optional = True
    light = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", gettext_lazy("All")), ("late", gettext_lazy("Late"))],
    )
    q = forms.CharField(label=gettext_lazy("Words to look for"), required=False)


def stages() -> list[dict[str, Any]]:
    names = ("信息采集", "案卷建立", "调度派遣", "案件处置", "处理反馈", "核实结案", "综合评价")
    states = ("done", "done", "done", "now", "ahead", "ahead", "ahead")
    lines = (
        ["11-12 08:52", "网格员上报 · 4 分钟"],
        ["11-12 09:07", "受理员立案 · 15 分钟"],
        ["11-12 09:31", "派给市政养护所"],
        ["到场 11-12 11:05", "已办 43 工作时"],
        ["—", "等待承办单位"],
        ["—", "核查人不得是处置人"],
        ["—", "只评单位与流程"],
    )
    return [{"name": n, "state": s, "lines": x} for n, s, x in zip(names, states, lines, strict=True)]


def everything(request: HttpRequest) -> dict[str, Any]:
    """The context of the style guide."""
    form = SpecimenForm(request.POST or None)
    if request.method == "POST":
        form.is_valid()
    return {
        "icons": list(ICONS),
        "lights": [("on_time", 0.3), ("due_soon", 0.86), ("late", 1.2), ("suspended", 0.5), ("closed", 1)],
        "stages": stages(),
        "entries": [
            {"at": at(2026, 11, 19, 8, 20), "title": "延期申请被退回", "text": "已超时，不能再延。", "mark": "退回"},
            {"at": at(2026, 11, 18, 7, 31), "title": "到期，未反馈", "text": "按标准记为超时。", "light": "late"},
            {"at": at(2026, 11, 12, 3, 5), "title": "安全处置完成", "who": "市政养护所", "mark": "到场"},
        ],
        "rows": [
            ("11-12 09:31", "派遣，开始计时", "永久修复"),
            ("+ 24 工作时", "工作日 8:30–12:00，14:00–17:30", "11-17 14:31"),
            ("到期", "此后每分钟都是超时", "11-18 15:31"),
        ],
        "facts": [
            ("类别", "部件 › 道路 › 路面塌陷"),
            ("责任网格", "道路型 · 望江大道西段"),
            ("承办单位", "市政养护所"),
        ],
        "bars": [
            ("0–4", 18),
            ("5–9", 64),
            ("10–14", 131),
            ("15–19", 172),
            ("20–24", 104),
            ("25–29", 52),
            ("30–34", 21),
        ],
        "panel": {
            "allowed": [{"label": "督办：要求当面说明", "url": "#"}, {"label": "改派给其他单位", "url": "#"}],
            "forbidden": [{"label": "核查", "reason": "您派遣过此案"}, {"label": "挂起", "reason": "已超时"}],
        },
        "page": paging.Page([1, 2, 3], "abc", True, 1284),
        "filter": SpecimenFilter(request.GET or None),
        "form": form,
        "map": maps.sheet(request, [*ground(), cases()], title=_("Example map"), table_url="#table"),
        "still": maps.sheet(
            request,
            [*ground(), cases()],
            title=_("Example map"),
            name="still",
            start=Window(*spot(4.6, 3.1), 700, (480, 340)),
            size=(480, 340),
            is_still=True,
        ),
        "cases": cases().features,
        "moment": at(2026, 11, 20, 2, 40),
    }
