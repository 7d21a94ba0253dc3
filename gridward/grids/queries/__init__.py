"""Reads: which grid answers for a place, who serves it, what is drawn."""

from gridward.grids.queries.locating import Located, Locator, locate, locate_many

__all__ = ["Located", "Locator", "locate", "locate_many"]
