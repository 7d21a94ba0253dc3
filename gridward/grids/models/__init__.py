"""Grids, plans, posts; what the designer divides, and its drafts."""

from gridward.grids.models.designs import Atom, DesignDraft, GridDesign
from gridward.grids.models.grids import (
    Cell,
    DutyPost,
    Grid,
    GridNotice,
    GridPlan,
    GridShape,
    PlanComment,
    PlanReview,
)

__all__ = [
    "Atom", "Cell", "DesignDraft", "DutyPost", "Grid", "GridDesign", "GridNotice", "GridPlan", "GridShape",
    "PlanComment", "PlanReview",
]  # fmt: skip
