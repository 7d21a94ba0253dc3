"""Reads: which grid answers for a place, who serves it, what is drawn."""

from gridward.grids.queries.locating import Located, Locator, locate, locate_many
from gridward.grids.words import why_this_grid

__all__ = ["Located", "Locator", "locate", "locate_many", "why_this_grid"]
