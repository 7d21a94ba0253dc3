"""Components of the pages. Each is described with an example in docs/explanation/the-shell.md."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import qrcode
from django import template
from django.apps import apps
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from qrcode.constants import ERROR_CORRECT_M

from gridward.web import map_sheets, maps, moments
from gridward.web.icons import ICONS

register = template.Library()

# Packages that modules may import by name.
BROWSER_MODULES = {"maplibre-gl": "lib/maplibre/maplibre-gl.mjs", "htmx.org": "lib/htmx/htmx.esm.js"}
SHOWN_ON_A_PHONE = 2
LIGHTS = ("on_time", "due_soon", "late", "suspended", "closed")

register.filter("moment", moments.moment)
register.filter("full_moment", moments.full_moment)
register.filter("day", moments.day)
register.filter("full_day", moments.full_day)
register.filter("span", moments.span)
register.filter("working_span", moments.working_span)
register.filter("thousands", moments.thousands)


def light_word(light: str) -> str:
    words = {
        "on_time": _("On time"),
        "due_soon": _("Due soon"),
        "late": _("Late"),
        "suspended": _("Suspended"),
        "closed": _("Closed"),
    }
    return words.get(light, light)


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """``{% icon "clock" %}``; with a label it is read aloud, without one it is ornament beside a word."""
    drawing = mark_safe(ICONS[name])
    kind = "i " + size if size else "i"
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 16 16" role="img" aria-label="{}">{}</svg>', kind, label, drawing
        )
    return format_html('<svg class="{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>', kind, drawing)


@register.simple_tag
def brand_mark() -> SafeString:
    return mark_safe(
        '<svg viewBox="0 0 26 26" aria-hidden="true"><path d="M2 3.5h22v19H2z"/>'
        '<path d="M2 11c7-2.5 9 3 22 0M10 3.5v8M15.5 12.5v10"/><circle cx="10.5" cy="17" r="2.2"/></svg>'
    )


@register.simple_tag(takes_context=True)
def sample_mark(context: Mapping[str, Any]) -> SafeString:
    """The 示例 mark, where the district is an example."""
    if not getattr(context.get("shell"), "is_demo", False):
        return SafeString("")
    return format_html('<span class="sample">{}</span>', _("Example"))


@register.simple_tag(takes_context=True)
def example_part(context: Mapping[str, Any], place: str) -> SafeString:
    """What apps add to a page of an example district: ``example_part(request, place)`` on an AppConfig."""
    if not getattr(context.get("shell"), "is_demo", False):
        return SafeString("")
    parts = (getattr(config, "example_part", None) for config in apps.get_app_configs())
    return format_html_join("", "{}", ((part(context["request"], place),) for part in parts if part))


@register.simple_tag
def status(light: str, text: str = "") -> SafeString:
    """A status as colour, icon and word: ``{% status "late" "超时 11 工作时" %}``."""
    known = light if light in LIGHTS else "plain"
    return format_html('<span class="st {}">{}{}</span>', known, icon(known), text or light_word(light))


@register.simple_tag
def due_bar(light: str, share: float) -> SafeString:
    """The share of the limit that is used, 0 to 1 (more is drawn full)."""
    width = round(100 * min(1.0, max(0.0, float(share))), 1)
    mark = (
        format_html('<line x1="0" y1="2" x2="{}%" y2="2"/>', width)
        if light == "suspended"
        else format_html('<rect width="{}%" height="4"/>', width)
    )
    spoken = _("%(percent)s %% of the time used") % {"percent": round(100 * float(share))}
    return format_html('<svg class="used {}" role="img" aria-label="{}">{}</svg>', light, spoken, mark)


@register.inclusion_tag("web/parts/road.html")
def road(stages: Iterable[Any]) -> dict[str, Any]:
    """The seven stages. Each: ``name``, ``state`` (done, now, ahead), ``lines`` (short second lines)."""
    return {"stages": list(stages)}


@register.inclusion_tag("web/parts/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """What happened. Each entry: ``at``, ``title``; also ``text``, ``who``, ``mark``, ``light``."""
    return {"entries": list(entries)}


@register.inclusion_tag("web/parts/derivation.html")
def derivation(rows: Iterable[Any]) -> dict[str, Any]:
    """Why a deadline is what it is: rows of (sign or time, explanation, result); the last is the sum."""
    return {"rows": [tuple(row) for row in rows]}


@register.simple_tag
def facts(pairs: Iterable[tuple[Any, Any]]) -> SafeString:
    """Named facts; pairs with an empty value are left out."""
    lines = format_html_join(
        "", "<dt>{}</dt><dd>{}</dd>", ((name, value) for name, value in pairs if value not in ("", None))
    )
    return format_html('<dl class="facts">{}</dl>', lines)


@register.inclusion_tag("web/parts/empty.html")
def empty(title: str, text: str = "", url: str = "", label: str = "") -> dict[str, str]:
    """An empty list says why, and what to do next."""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("web/parts/count.html")
def count(number: int, label: str, url: str = "", light: str = "", note: str = "") -> dict[str, Any]:
    """One big number inside ``<ul class="counts">`` that opens its cases."""
    shown = number if isinstance(number, str) else moments.thousands(number)
    return {"number": shown, "label": label, "url": url, "light": light, "note": note}


@register.inclusion_tag("web/parts/pager.html", takes_context=True)
def pager(context: Mapping[str, Any], page: Any) -> dict[str, Any]:
    """Earlier and later pages of a keyset page (web.paging.Page)."""
    query = context["request"].GET
    links = {
        name: "?" + _with(query, {"after": token})
        for name, token in (("next", page.next_token), ("first", None if page.is_first else ""))
        if token is not None
    }
    return {"page": page, **links}


def _with(query: Any, changes: Mapping[str, Any]) -> str:
    changed = query.copy()
    for name, value in changes.items():
        if value in ("", None):
            changed.pop(name, None)
        else:
            changed[name] = value
    return str(changed.urlencode())


@register.simple_tag(takes_context=True)
def query(context: Mapping[str, Any], **changes: Any) -> str:
    """This page's address with some filters changed: ``href="{% query light="late" after="" %}"``."""
    return "?" + _with(context["request"].GET, changes)


@register.inclusion_tag("web/parts/filters.html", takes_context=True)
def filter_bar(context: Mapping[str, Any], form: Any, target: str = "") -> dict[str, Any]:
    """A GET form whose fields live in the address; ``target`` (a CSS id) is swapped by htmx where it runs."""
    asked = context["request"].GET
    rest = list(form)[SHOWN_ON_A_PHONE:]
    return {"form": form, "target": target, "path": context["request"].path, "is_set": bool(asked),
            "has_more": bool(rest), "shows_more": any(asked.get(field.html_name) for field in rest)}  # fmt: skip


@register.inclusion_tag("web/parts/moves.html", takes_context=True)
def moves(context: Mapping[str, Any], panel: Any) -> dict[str, Any]:
    """What this person may do now: ``panel.allowed`` (first is the filled button), ``panel.forbidden``."""
    allowed, forbidden = part_of(panel, "allowed"), part_of(panel, "forbidden")
    return {
        "allowed": allowed,
        "not_possible": forbidden_sentence(forbidden) if forbidden else "",
        "csrf_token": context.get("csrf_token"),
    }


def part_of(thing: Any, name: str) -> Any:
    """A named part of an object or a mapping, as templates would find it."""
    return thing.get(name, "") if isinstance(thing, Mapping) else getattr(thing, name, "")


def forbidden_sentence(forbidden: Iterable[Any]) -> str:
    """One sentence that names what is not possible, each with its reason."""
    named = [
        _("%(move)s (%(reason)s)") % {"move": part_of(move, "label"), "reason": reason.rstrip(".。")}
        if (reason := str(part_of(move, "reason")))
        else str(part_of(move, "label"))
        for move in forbidden
    ]
    joiner = "；" if moments.is_chinese() else "; "
    return _("Not possible: %(moves)s.") % {"moves": joiner.join(named)}


@register.inclusion_tag("web/parts/spread.html")
def spread(bars: Iterable[tuple[str, int]], label: str, marked_from: int | None = None) -> dict[str, Any]:
    """Bars of counts with their numbers; those from index ``marked_from`` on are hatched."""
    rows = list(bars)
    most, step = max((number for _, number in rows), default=1) or 1, 560 / max(1, len(rows))
    drawn = [
        {
            "name": name,
            "number": moments.thousands(number),
            "x": round(index * step + 2, 1),
            "middle": round(index * step + step / 2, 1),
            "width": round(step - 4, 1),
            "height": round(110 * number / most, 1),
            "y": round(130 - 110 * number / most, 1),
            "above": round(125 - 110 * number / most, 1),
            "is_marked": marked_from is not None and index >= marked_from,
        }
        for index, (name, number) in enumerate(rows)
    ]
    return {"bars": drawn, "label": label}


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """One form field with its label, hint, error and kept input."""
    return bound.as_field_group()


@register.simple_tag
def grid_map(sheet: "maps.Sheet") -> SafeString:
    """The map sheet: server-drawn SVG inside ``<grid-map>``, which script replaces where it can."""
    return map_sheets.render(sheet)


@register.simple_tag(takes_context=True)
def import_map(context: Mapping[str, Any]) -> SafeString:
    """Bare names of browser packages for modules; stands in every base, before ``{% block modules %}``."""
    nonce = str(getattr(context.get("shell"), "nonce", ""))
    if not nonce:
        return SafeString("")
    names = {name: static(path) for name, path in BROWSER_MODULES.items()}
    text = json.dumps({"imports": names}, separators=(",", ":")).replace("<", "\\u003c")
    return format_html('<script type="importmap" nonce="{}">{}</script>\n', nonce, mark_safe(text))


@register.simple_tag
def import_map_shim() -> SafeString:
    """For pages whose modules cannot do without bare names: the shim where import maps are missing."""
    return format_html(
        '<script src="{}" data-shim="{}"></script>\n',
        static("web/import-maps.js"),
        static("lib/shims/es-module-shims.js"),
    )


@register.simple_tag
def map_modules() -> SafeString:
    """The map's script and style: once, in ``{% block modules %}`` of a page that has a map."""
    return maps.modules()


@register.simple_tag
def htmx() -> SafeString:
    """htmx, in ``{% block modules %}`` of a page that swaps parts."""
    return format_html('<script defer src="{}"></script>\n', static("lib/htmx/htmx.min.js"))


@register.filter
def percent(part_of_one: float) -> str:
    """Beside the number of what it is a share of, never alone."""
    return f"{round(100 * part_of_one)} %"


@register.simple_tag
def share_of(part: int, whole: int) -> str:
    """``148 of 1,284``: never a percentage alone."""
    return moments.share(part, whole)


@register.simple_tag
def code_square(text: str, label: str = "") -> SafeString:
    """The QR code of a text: black squares on white, two modules of quiet around it."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=2)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="code-square" viewBox="0 0 {0} {0}" width="160" height="160" role="img" aria-label="{1}">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{2}"/></svg>',
        len(rows), label or _("The address as a square, to scan"), path,
    )  # fmt: skip
