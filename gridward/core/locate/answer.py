"""Who answers for a place, and why: as codes and values, spoken by the edge in the reader's language."""

from dataclasses import dataclass, field

from gridward.core.locate.exact import ON_BOUNDARY
from gridward.core.locate.index import GridIndex

# Every reason this module gives. ``{kept}`` and ``{over}`` are grid codes.
REASONS = (
    "locate.no_grid",
    "locate.only_grid",
    "locate.premises_before_road",
    "locate.premises_before_community",
    "locate.road_before_community",
    "locate.shared_edge_lower_code",
    "locate.overlap_lower_code",
)


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of ``REASONS`` and the values its sentence needs."""

    code: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The responsible grid of a place; ``position`` and ``code`` are None where no grid lies.

    ``others`` are the codes of all other grids that cover the place, in their order of precedence.
    """

    position: int | None
    code: str | None
    reason: Reason
    others: tuple[str, ...] = ()


def responsible(index: GridIndex, lon: float, lat: float) -> Answer:
    """Premises before road before community grid; between grids of one kind the lowest code."""
    ranked = sorted(index.covering(lon, lat), key=index.rank)
    if not ranked:
        return Answer(None, None, Reason("locate.no_grid"))
    kept, *rest = ranked
    others = tuple(index.codes[position] for position in rest)
    return Answer(kept, index.codes[kept], _reason(index, kept, rest, lon, lat), others)


def _reason(index: GridIndex, kept: int, rest: list[int], lon: float, lat: float) -> Reason:
    if not rest:
        return Reason("locate.only_grid", {"kept": index.codes[kept]})
    over = rest[0]
    values = {"kept": index.codes[kept], "over": index.codes[over]}
    kind, other = index.kinds[kept], index.kinds[over]
    if kind is not other:
        return Reason(f"locate.{kind.value}_before_{other.value}", values)
    on_edge = ON_BOUNDARY in (index.place(kept, lon, lat), index.place(over, lon, lat))
    return Reason("locate.shared_edge_lower_code" if on_edge else "locate.overlap_lower_code", values)
