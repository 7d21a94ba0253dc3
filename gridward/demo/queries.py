"""The guided tour: which case a step shows, where each step leads, and what GDAL reads in the database."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.urls import NoReverseMatch, reverse

from gridward.cases.models import Case
from gridward.cases.queries.overview import concerns
from gridward.demo.content import table
from gridward.districts.models import District
from gridward.districts.queries import local_day
from gridward.grids.models import DutyPost, GridDesign, GridShape
from gridward.grids.queries.designs import number_of
from gridward.grids.queries.locating import in_force
from gridward.work import clock

GDAL_S = 20
READ_LAYERS = """\
import pyogrio
for name, kind in pyogrio.list_layers({path!r}):
    if kind:
        count = pyogrio.read_info({path!r}, layer=name)["features"]
        print(f"{{name:24}} {{kind:14}} {{count:>7}}")"""


def place_of(username: str, district: District) -> tuple[float, float] | None:
    """Longitude and latitude of a place in the grid that one of the cast walks."""
    day = local_day(district, clock.now())
    post = DutyPost.objects.filter(district=district, user__username=username).order_by("pk").first()
    shape = GridShape.objects.filter(in_force(day), grid=post.grid).first() if post else None
    point = shape.shape.point_on_surface if shape else None
    return (point.x, point.y) if point else None


def worst(district: District) -> Case | None:
    """The first that the overview chooses."""
    found = concerns(Case.objects.filter(district=district), at=clock.now())
    return found[0].case if found else None


def of_story(district: District, code: str) -> Case | None:
    """The newest case that was told with the first words of a story."""
    story = next(row for row in table("stories")["story"] if row["code"] == code)
    rows = Case.objects.filter(district=district, description=story["steps"][0]["words"])
    return rows.order_by("-reported_at").first()


def sealed(district: District) -> Case | None:
    """A case of the city management bureau whose reporter left a name."""
    rows = Case.objects.filter(
        district=district, body__code="chengguan", contacts__isnull=False, is_quarantined=False,
        complained_body__isnull=True,
    )  # fmt: skip
    return rows.order_by("-is_open", "-reported_at").first()


def designed(district: District) -> GridDesign | None:
    """The newest design that has drafts to compare with today's grids."""
    rows = GridDesign.objects.filter(district=district, drafts__version__gt=0, drafts__number__gt=1)
    return rows.defer("instance", "features", "lots").order_by("-pk").first()


def opened_by_gdal(district: District) -> bool:
    """Whether the database in use is a file that GDAL reads, and its reader is installed."""
    return connection.vendor == "sqlite" and importlib.util.find_spec("pyogrio") is not None


FINDERS: dict[str, Callable[[District], Case | GridDesign | bool | None]] = {
    "": lambda district: True,
    "worst": worst,
    "to_dispatch": lambda district: True,  # made ready when the step is taken, by actions/touring.py
    "leak": lambda district: of_story(district, "reopened_leak"),
    "elder": lambda district: of_story(district, "elder_by_phone"),
    "sealed": sealed,
    "designed": designed,
    "opened_by_gdal": opened_by_gdal,
}


@dataclass(frozen=True, slots=True)
class TourStep:
    """A row of tour.toml with what it shows. Addresses raise ``NoReverseMatch`` where a page is not mounted."""

    row: dict[str, Any]
    shown: Case | GridDesign | None

    @property
    def code(self) -> str:
        return str(self.row["code"])

    @property
    def url(self) -> str:
        return self._address(self.row)

    @property
    def try_url(self) -> str:
        """Where the step's own form goes, if it has one."""
        return self._address(self.row["try"]) if "try" in self.row else ""

    def _address(self, row: dict[str, Any]) -> str:
        told: dict[str, Any] = {"number": 0, "code": ""}
        if isinstance(self.shown, Case):
            told = {"number": self.shown.number, "code": self.shown.spoken_code}
        elif self.shown is not None:
            told = {"number": number_of(self.shown), "code": ""}
        path = reverse(row["page"], args=[part.format(**told) for part in row.get("args", ())])
        query = "?" + quote(row["query"].format(**told), safe="=") if "query" in row else ""
        return path + query + ("#" + row["anchor"] if "anchor" in row else "")


def tour_steps(district: District) -> list[TourStep]:
    """The steps whose page and case are there, in order."""
    rows = table("tour")["step"]
    found = {name: FINDERS[name](district) for name in {row.get("find", "") for row in rows}}
    all_shown = [(row, found[row.get("find", "")]) for row in rows]
    steps = [TourStep(row, None if shown is True else shown) for row, shown in all_shown if shown]
    return [step for step in steps if _is_mounted(step)]


def _is_mounted(step: TourStep) -> bool:
    try:
        return bool(step.url)
    except NoReverseMatch:
        return False


def layers_by_gdal() -> tuple[str, str]:
    """A command that reads the live database, and what it prints; nothing where it failed."""
    script = READ_LAYERS.format(path=str(connection.settings_dict["NAME"]))
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=GDAL_S, check=False)
    return f"{sys.executable} - <<'END'\n{script}\nEND", ran.stdout if ran.returncode == 0 else ""
