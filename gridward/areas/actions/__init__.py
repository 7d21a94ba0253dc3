"""The only writers of divisions and of the ground of the base map."""

from gridward.areas.actions.loading import DivisionRow, GroundRow, load_divisions, load_ground

__all__ = ["DivisionRow", "GroundRow", "load_divisions", "load_ground"]
