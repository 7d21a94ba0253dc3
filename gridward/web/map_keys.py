"""The key below a map: only what is drawn above it."""

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gridward.web.map_drawing import STROKES
from gridward.web.map_symbols import MARKS, SHAPES, cluster_symbol, place_symbol
from gridward.web.maps import KINDS, Sheet, kind_word

AREAS = ("water", "park", "grid_community", "grid_road", "grid_premises", "changed")


def swatch(drawing: str) -> SafeString:
    return mark_safe(f'<svg viewBox="0 0 24 14" class="map" aria-hidden="true">{drawing}</svg>')


def plain_disc() -> str:
    return cluster_symbol(0, 0, 0, 0).replace(">0<", "><")


def kind_swatch(kind: str) -> SafeString:
    if kind in ("area_count", "place", "door", "component"):
        drawing = {
            "area_count": f'<g transform="translate(12 7) scale(.5)">{plain_disc()}</g>',
            "place": f'<g transform="translate(12 13) scale(.32)">{place_symbol(0, 0)}</g>',
            "door": '<circle class="m-door" cx="12" cy="7" r="2.5"/>',
            "component": '<circle class="m-component" cx="12" cy="7" r="4"/>',
        }[kind]
        return swatch(drawing)
    path = "M2 2h20v10H2z" if kind in AREAS else "M1 7h22"
    fill = ' fill="url(#gw-premises)"' if kind == "grid_premises" else ""
    drawn = (
        f'<path class="{css}"{fill} stroke-width="{width:g}" stroke-dasharray="{dash or "none"}" d="{path}"/>'
        for css, width, dash in STROKES[kind]
    )
    return swatch("".join(drawn))


def case_entries() -> list[tuple[SafeString, str]]:
    families = {
        "city_management": _("City management"),
        "help": _("Help and services"),
        "dispute": _("Disputes"),
        "voice": _("Questions and complaints"),
    }
    lights = {"late": _("Late"), "due_soon": _("Due soon"), "suspended": _("Suspended")}
    shapes = [
        (swatch(f'<g transform="translate(12 7) scale(.68)">{SHAPES[family].format(p="p-on_time")}</g>'), word)
        for family, word in families.items()
    ]
    marks = [
        (
            swatch(
                f'<g transform="translate(12 7) scale(.68)">'
                f"{SHAPES['city_management'].format(p='p-' + light)}{MARKS[light]}</g>"
            ),
            word,
        )
        for light, word in lights.items()
    ]
    return shapes + marks


def key_entries(sheet: Sheet) -> list[tuple[SafeString, str]]:
    """Drawing and word of each kind on the sheet."""
    entries: list[tuple[SafeString, str]] = []
    there = {layer.kind for layer in sheet.layers if layer.features or layer.url}
    there |= set(sheet.ground.kinds) if sheet.ground else set()
    for kind in sorted(there, key=KINDS.index):
        if kind == "case":
            entries += case_entries()
        elif kind_word(kind):
            entries.append((kind_swatch(kind), kind_word(kind)))
    return entries
