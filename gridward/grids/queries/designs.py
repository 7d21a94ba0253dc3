"""Designs and their drafts: what was counted, how each draft divides it, what each is worth."""

import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.db.models import QuerySet
from django.http import Http404
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridward.core.geometry import to_lonlat
from gridward.core.partition import NAMED_PLANS, Instance, Weights
from gridward.core.partition.land import joined
from gridward.core.partition.packing import unpack
from gridward.core.partition.start import boundary
from gridward.districts.models import District
from gridward.grids.models import DesignDraft, Grid, GridDesign, GridShape
from gridward.grids.queries.counting import FEATURES
from gridward.grids.queries.plans import grids_under
from gridward.grids.shapes import projection_of

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
WEIGHTS = {**NAMED_PLANS, "even": Weights(), "today": Weights()}
WALKING = "walking"


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A draft as arrays: ``grid`` (n,) each atom's index into ``names``, -1 where it has none."""

    grid: Integers
    names: tuple[str, ...]


def designs_of(district: District) -> QuerySet[GridDesign]:
    """All designs of a district, the newest first, without what was counted."""
    rows = GridDesign.objects.filter(district=district).select_related("division", "by", "run")
    return rows.defer("instance", "features", "lots").order_by("-recorded_at", "-pk")


def get_design(district: District, number: int) -> GridDesign:
    """The design of that number: they are counted from 1 in the order in which they were begun, and never removed."""
    rows = GridDesign.objects.filter(district=district).select_related("division__district", "run").order_by("pk")
    found = list(rows.defer("instance", "features", "lots")[max(number, 1) - 1 : number]) if 0 < number < 2**31 else []
    if not found:
        raise Http404
    return found[0]


def by_walking(design: GridDesign) -> bool:
    """Whether its plans are weighed by walks instead of straight distances."""
    return bool(design.asked.get("convenience") == WALKING)


def weights_of(design: GridDesign, origin: str) -> Weights:
    """What a draft of a design is made for."""
    return replace(WEIGHTS[origin], walks=by_walking(design))


def number_of(design: GridDesign) -> int:
    return GridDesign.objects.filter(district_id=design.district_id, pk__lte=design.pk).count()


def drafts_of(design: GridDesign) -> QuerySet[DesignDraft]:
    """The drafts that were not put aside, in the order of their numbers; today's is the first."""
    rows = DesignDraft.objects.filter(district_id=design.district_id, design=design, put_aside_at__isnull=True)
    return rows.select_related("parent").order_by("number")


def get_draft(design: GridDesign, number: int) -> DesignDraft:
    """A draft with its units placed; one that is not computed yet is not there."""
    draft = drafts_of(design).filter(number=number, grid__isnull=False).first()
    if draft is None:
        raise Http404
    draft.design = design
    return draft


@lru_cache(maxsize=8)
def _counted(design_id: int, digest: str) -> tuple[Instance, NDArray[np.float32]]:
    packed, features = GridDesign.objects.values_list("instance", "features").get(pk=design_id)
    table = np.frombuffer(zlib.decompress(bytes(features)), np.float32).reshape(-1, len(FEATURES))
    return unpack(bytes(packed)), table


def instance_of(design: GridDesign) -> Instance:
    """What was counted; it never changes, so it is unpacked once."""
    return _counted(design.pk, design.facts["digest"])[0]


def counted_of(design_id: int, digest: str) -> Instance:
    """What was counted, by the names under which it is held."""
    return _counted(design_id, digest)[0]


def features_of(design: GridDesign) -> NDArray[np.float32]:
    """Counts (n, f) of each atom by ``counting.FEATURES``."""
    return _counted(design.pk, design.facts["digest"])[1]


@lru_cache(maxsize=8)
def _lots(design_id: int, digest: str) -> NDArray[np.object_]:
    kept = GridDesign.objects.values_list("lots", flat=True).get(pk=design_id)
    return shapely.get_parts(shapely.from_wkb(zlib.decompress(bytes(kept))))


def lots_of(design: GridDesign) -> NDArray[np.object_]:
    """The ground of each unit (n,), in metres."""
    return _lots(design.pk, design.facts["digest"])


def packed_lots(lots: list[BaseGeometry]) -> bytes:
    """Lots as they are stored."""
    return zlib.compress(shapely.to_wkb(shapely.geometrycollections(lots)))


def ground_of_grids(design: GridDesign, plan: Drawn) -> list[BaseGeometry]:
    """The ground of each grid of a draft in longitude and latitude."""
    projection = projection_of(design.division.district)
    return [to_lonlat(shape, projection) for shape in grids_in_metres(design, plan)]


def grids_in_metres(design: GridDesign, plan: Drawn) -> list[BaseGeometry]:
    return [as_one(design, plan.grid == grid) for grid in range(len(plan.names))]


def as_one(design: GridDesign, members: Flags | Integers) -> BaseGeometry:
    """The ground of some units, in metres."""
    return joined(lots_of(design)[members], instance_of(design).community[members])


def packed(grid: Integers) -> bytes:
    """Labels as they are stored."""
    return zlib.compress(grid.astype("<i4").tobytes())


def drawn(draft: DesignDraft) -> Drawn:
    assert draft.grid is not None
    return Drawn(unpacked(bytes(draft.grid)), tuple(draft.names))


def unpacked(grid: bytes) -> Integers:
    """What ``packed`` was given."""
    return np.frombuffer(zlib.decompress(grid), "<i4").astype(np.int64)


def todays(instance: Instance) -> Drawn:
    """Today's grids as a draft."""
    return Drawn(instance.today, instance.todays_grids)


def is_outdated(design: GridDesign) -> bool:
    """Whether grids of the area were put in force, or ended, since it was counted."""
    dated = GridShape.objects.filter(
        grids_under(design.division, "grid__"), district_id=design.district_id, grid__kind=Grid.Kind.COMMUNITY,
        valid_from__isnull=False, recorded_at__gt=design.recorded_at,
    )  # fmt: skip
    return dated.exists()


def fixed_of(instance: Instance, plan: Drawn, locked: dict[str, Any]) -> Flags:
    """The atoms that do not move: of locked grids, and along locked boundaries."""
    number = {name: at for at, name in enumerate(plan.names)}
    fixed = np.isin(plan.grid, [number[name] for name in locked.get("grids", ()) if name in number])
    for one, other in locked.get("boundaries", ()):
        if one in number and other in number:
            fixed |= boundary(instance, plan.grid, number[one], number[other])
    return fixed
