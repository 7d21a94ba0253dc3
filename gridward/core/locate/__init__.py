"""Point → responsible grid: a raster over the area answers most points, exact geometry the rest."""

from gridward.core.locate.answer import REASONS, Answer, Reason, responsible
from gridward.core.locate.index import GridIndex, GridKind

__all__ = ["REASONS", "Answer", "GridIndex", "GridKind", "Reason", "responsible"]
