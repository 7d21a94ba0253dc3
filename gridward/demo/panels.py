"""What an example district adds to every page: the card that begins the tour, its panel. Nothing of it elsewhere."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from gridward.demo import live
from gridward.demo.content import table
from gridward.web.moments import is_chinese

LOOPBACK = ("127.0.0.1", "::1")
TOUR = "tour"  # in the session: the codes of its steps, the one taken, its address, its form, when it began


def is_example_here(request: HttpRequest) -> bool:
    """An example district, looked at from the machine that runs it."""
    is_demo = getattr(getattr(request, "district", None), "is_demo", False)
    return bool(is_demo) and request.META.get("REMOTE_ADDR") in LOOPBACK


def example_part(request: HttpRequest, place: str) -> SafeString:
    """The markup for a place of the page: ``home`` (top of the public home), ``bar`` beside the mark, or ``foot``."""
    if not is_example_here(request):
        return SafeString("")
    if place == "bar" and settings.GRIDWARD_DEMO_CLOCK:
        return render_to_string("demo/clock.html", live.look(Path(settings.GRIDWARD_DEMO_CLOCK)), request=request)
    taken = request.session.get(TOUR)
    if place == "home" and not taken:
        return render_to_string("demo/begin_tour.html", {"count": len(table("tour")["step"])}, request=request)
    if place == "foot" and taken:
        return render_to_string("demo/tour.html", panel(taken, request.path), request=request)
    return SafeString("")


def panel(taken: dict[str, Any], path: str) -> dict[str, Any]:
    """What the panel says of the step that was taken."""
    row = next(row for row in table("tour")["step"] if row["code"] == taken["at"])
    codes, language = taken["codes"], "zh" if is_chinese() else "en"
    n = codes.index(taken["at"])
    return {
        "n": n + 1, "count": len(codes), "title": row[f"title_{language}"], "hint": row[f"hint_{language}"],
        "at": taken["at"], "back": codes[n - 1] if n else "", "next": codes[n + 1] if n + 1 < len(codes) else "",
        "is_elsewhere": path != urlsplit(taken["url"]).path,
        "try_url": taken["try"], "try_label": row["try"][f"label_{language}"] if "try" in row else "",
    }  # fmt: skip
