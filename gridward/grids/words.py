"""Codes of grids in the reader's words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from gridward.core.coverage import Finding
from gridward.grids.models import DesignDraft, DutyPost, Grid, GridNotice, GridPlan, PlanComment, PremisesUse
from gridward.web.moments import is_chinese


def named(row: Any) -> str:
    """The name of a grid, division, body or road in the reader's language, else in Chinese; nothing for none."""
    return "" if row is None else str((not is_chinese() and row.name_en) or row.name_zh)


def kind_words() -> dict[str, str]:
    kind = Grid.Kind
    return {kind.COMMUNITY.value: _("Community grid"), kind.ROAD.value: _("Road grid"),
            kind.PREMISES.value: _("Premises grid")}  # fmt: skip


def post_words() -> dict[str, str]:
    kind = DutyPost.Kind
    return {
        kind.FULL_TIME.value: _("Full-time grid worker"), kind.PART_TIME.value: _("Part-time grid worker"),
        kind.CONTRACT.value: _("Contracted grid worker"), kind.LINKED.value: _("Linked official"),
        kind.VOLUNTEER.value: _("Volunteer"), kind.BUILDING_HEAD.value: _("Building head"),
    }  # fmt: skip


def plan_state(plan: GridPlan) -> str:
    if plan.is_awaited:
        return _("Awaited")
    words = {"draft": _("Draft"), "adopted": _("Adopted"), "withdrawn": _("Withdrawn")}
    return words[plan.state]


def use_words() -> dict[str, str]:
    """What a premises grid is for."""
    use = PremisesUse
    return {
        use.WINDOW.value: _("Service windows"), use.CULTURE.value: _("Culture or museum"),
        use.MINORS.value: _("Minors' venue"), use.SCHOOL.value: _("School"), use.SITE.value: _("Building site"),
        use.FESTIVAL.value: _("Festival or fair"), use.FLOOD.value: _("Flood"), use.WORKS.value: _("Works"),
    }  # fmt: skip


def ground_words() -> dict[str, str]:
    """How the ground of a premises grid is taken from a place."""
    return {"building": _("the counted building there"), "block": _("the whole block there"),
            "cell": _("the cell there"), "circle": _("a circle around it")}  # fmt: skip


def side_words() -> dict[str, str]:
    return {"both": _("both sides"), "north": _("north side"), "east": _("east side"), "south": _("south side"),
            "west": _("west side")}  # fmt: skip


def marks(scope: Mapping[str, Any]) -> str:
    """The two marks of a stretch 起止标识."""
    return f"{_said(scope, 'from_mark')} – {_said(scope, 'to_mark')}"


def _said(scope: Mapping[str, Any], key: str) -> str:
    return str((not is_chinese() and scope.get(f"{key}_en")) or scope.get(key, ""))


def stretch_sentence(scope: Mapping[str, Any]) -> str:
    """Which road, from which mark to which, on which side; nothing where no marks are stated."""
    if "from_mark" not in scope:
        return ""
    side = side_words().get(str(scope.get("side", "both")), "")
    said = {key: _said(scope, key) for key in ("road", "from_mark", "to_mark")}
    return _("%(road)s from %(from_mark)s to %(to_mark)s, %(side)s") % {**said, "side": side}


def outcome_words() -> dict[str, str]:
    outcome = PlanComment.Outcome
    return {outcome.TAKEN_UP.value: _("Taken up"), outcome.PARTLY.value: _("Taken up in part"),
            outcome.NOT_TAKEN_UP.value: _("Not taken up")}  # fmt: skip


def item_words() -> dict[str, str]:
    """The four public items 四公开."""
    item = GridNotice.Item
    return {item.CONTACT.value: _("Contact"), item.DUTIES.value: _("Duties"),
            item.SUPERVISION.value: _("Oversight"), item.ASSESSMENT.value: _("Assessment")}  # fmt: skip


def sides_sentence(sides: Mapping[str, list[str]]) -> str:
    """East to …, south to …, west to …, north to …; sides where nothing has a name are left out."""
    words = {"east": _("east to %s"), "south": _("south to %s"), "west": _("west to %s"), "north": _("north to %s")}
    comma = "、" if is_chinese() else ", "
    told = [words[side] % comma.join(sides[side]) for side in words if sides.get(side)]
    return _("; ").join(told)


LOCATE_WORDS: dict[str, Callable[[], str]] = {
    "locate.no_grid": lambda: _("No grid covers this place."),
    "locate.only_grid": lambda: _("It is the only grid at this place."),
    "locate.premises_before_road": lambda: _("A premises grid goes before the road grid %(over)s."),
    "locate.premises_before_community": lambda: _("A premises grid goes before the community grid %(over)s."),
    "locate.road_before_community": lambda: _("A road grid goes before the community grid %(over)s."),
    "locate.shared_edge_lower_code": lambda: _("On the edge shared with %(over)s the lower code answers."),
    "locate.overlap_lower_code": lambda: _("It overlaps %(over)s; the lower code answers."),
}

FINDING_WORDS: dict[str, Callable[[], str]] = {
    "broken_rings": lambda: _("The outline crosses itself"),
    "outside": lambda: _("Reaches beyond the area"),
    "overlap": lambda: _("Two grids claim the same ground"),
    "gap": lambda: _("Ground of nobody"),
    "sliver": lambda: _("Strip left by drawing"),
    "parts": lambda: _("The grid lies in several places"),
    "door_outside": lambda: _("A door in no grid"),
}

FIX_WORDS: dict[str, Callable[[], str]] = {
    "coverage.repair_rings": lambda: _("Repair the outline of %(code)s"),
    "coverage.cut_to_outline": lambda: _("Cut %(code)s to the area"),
    "coverage.cut_overlap": lambda: _("Leave it to %(keep)s, cut it from %(cut)s"),
    "coverage.give_gap": lambda: _("Give it to %(to)s"),
    "coverage.give_part": lambda: _("Give it from %(of)s to %(to)s"),
    "coverage.remove_piece": lambda: _("Nothing of %(code)s lies in the area: decide whether to leave it out"),
    "coverage.choose_one": lambda: _("Decide between %(keep)s and %(cut)s: cutting would leave nothing"),
    "coverage.draw_piece": lambda: _("No grid touches it: draw one, or leave it out of the area"),
    "coverage.decide_part": lambda: _("Decide whether this part of %(of)s is meant"),
    "coverage.give_door": lambda: _("The nearest grid is %(to)s, %(distance_m)s m away"),
}


def why_this_grid(reason: str, values: Mapping[str, Any]) -> str:
    """Why this grid answers for the place."""
    word = LOCATE_WORDS.get(reason)
    return word() % {"over": "", **values} if word else ""


def finding_word(finding: Finding) -> str:
    return FINDING_WORDS[finding.kind.value]()


def fix_word(finding: Finding) -> str:
    return FIX_WORDS[finding.fix.code]() % finding.fix.values


def origin_words() -> dict[str, str]:
    """What a draft was made for."""
    origin = DesignDraft.Origin
    return {
        origin.TODAY.value: _("Today's grids"), origin.BALANCED.value: _("Even work"),
        origin.WALKABLE.value: _("Short ways"), origin.STABLE.value: _("Few changes"),
        origin.EVEN.value: _("All alike"),
    }  # fmt: skip


def draft_named(draft: DesignDraft) -> str:
    """``2 Even work``, or the draft's own name; a copy says that it is drawn by hand."""
    word = draft.name or origin_words()[draft.origin]
    if draft.is_by_hand and not draft.name:
        word = _("%(origin)s, by hand") % {"origin": word}
    return f"{draft.number} {word}"


FEATURE_WORDS: dict[str, Callable[[], str]] = {
    "small_households": lambda: _("households of one or two"), "large_households": lambda: _("larger households"),
    "children": lambda: _("children"), "elders": lambda: _("people of 65 and over"),
    "oldest": lambda: _("people of 80 and over"), "moves": lambda: _("moves a year"), "shops": lambda: _("shops"),
    "windows": lambda: _("service windows"), "culture": lambda: _("museums and libraries"),
    "minors_venues": lambda: _("places for minors"), "schools": lambda: _("schools"),
    "building_sites": lambda: _("building sites"), "hectares": lambda: _("hectares of ground"),
    "cases": lambda: _("past cases a month"), "visits": lambda: _("agreed visits a month"),
    "kind": lambda: _("usual for its kind"), "record": lambda: _("own record"),
}  # fmt: skip

SKILL_WORDS: dict[str, Callable[[], str]] = {
    "visits": lambda: _("visits"), "care": lambda: _("care of elders"), "children": lambda: _("children and schools"),
    "order": lambda: _("fire safety and order"), "sites": lambda: _("building sites"),
    "mediation": lambda: _("reports and disputes"),
}  # fmt: skip

WHY_CUT: dict[str, Callable[[], str]] = {
    "heavier_than_a_grid": lambda: _("heavier than one grid"),
    "whole_unbalances": lambda: _("whole it would weigh its grid down"),
    "whole_tears": lambda: _("whole it would tear a grid apart"),
    "across_communities": lambda: _("it lies in two communities"),
    "better_whole": lambda: _("it could be whole"),
}
UNIT_FAULTS: dict[str, Callable[[], str]] = {
    "without_grid": lambda: _("%(count)s pieces have no grid"),
    "grid_across_communities": lambda: _("%(grid)s lies in several communities"),
    "grid_in_parts": lambda: _("%(grid)s lies in %(parts)s parts; %(count)s pieces are cut off"),
    "grid_off": lambda: _("%(grid)s carries %(percent)s %% of the fair share"),
    "grid_across_main_road": lambda: _("%(grid)s crosses a main road, railway or river: %(count)s pieces beyond it"),
    "block_cut": lambda: _("%(block)s is cut by %(grids)s: %(why)s"),
    "far_from_base": lambda: _("%(count)s pieces of %(grid)s lie more than 15 minutes from its middle"),
}


def ring_words() -> list[tuple[str, str]]:
    """The rings of the walk map and what they say."""
    words = [_("up to 2 min"), _("to 5 min"), _("to 10 min"), _("to 15 min"), _("farther")]
    return [(f"w{ring}", word) for ring, word in enumerate(words)]


def unit_fault_word(fault: Mapping[str, Any], titles: Mapping[str, str], compounds: list[int]) -> str:
    """A fault of a draft in a sentence."""
    grids = [titles.get(name, name[-3:]) for name in fault.get("grids", ())]
    block = _("A compound") if fault.get("block") in compounds else _("A block")
    values = {
        "count": len(fault["atoms"]), "grid": titles.get(fault.get("grid", ""), str(fault.get("grid", ""))[-3:]),
        "parts": fault.get("parts", ""), "percent": round(100 * (fault.get("of_target") or 0)), "block": block,
        "grids": _(" and ").join(grids), "why": WHY_CUT[fault["why"]]() if "why" in fault else "",
    }  # fmt: skip
    return UNIT_FAULTS[fault["code"]]() % values
