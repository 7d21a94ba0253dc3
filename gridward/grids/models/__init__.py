"""Grids, plans, posts; what the designer divides, and its drafts."""

from gridward.grids.models.designs import Atom, DesignDraft, GridDesign
from gridward.grids.models.grids import (
    TEMPORARY_USES,
    Cell,
    DutyPost,
    Grid,
    GridNotice,
    GridPlan,
    GridShape,
    PlanComment,
    PlanReview,
    PremisesUse,
)

__all__ = [
    "TEMPORARY_USES", "Atom", "Cell", "DesignDraft", "DutyPost", "Grid", "GridDesign", "GridNotice", "GridPlan",
    "GridShape", "PlanComment", "PlanReview", "PremisesUse",
]  # fmt: skip
