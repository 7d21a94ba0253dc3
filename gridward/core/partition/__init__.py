"""The grid designer: fair, walkable, stable grids for a district, and how good they are."""

from gridward.core.partition.design import Result, design
from gridward.core.partition.editing import changes, move, redraw
from gridward.core.partition.faults import faults
from gridward.core.partition.instance import EDGE_CLASSES, Instance, make_instance
from gridward.core.partition.measures import measures
from gridward.core.partition.objective import NAMED_PLANS, Terms, Weights, score
from gridward.core.partition.schedule import Seconds, Steps
from gridward.core.partition.start import boundary

__all__ = [
    "EDGE_CLASSES", "NAMED_PLANS", "Instance", "Result", "Seconds", "Steps", "Terms", "Weights", "boundary",
    "changes", "design", "faults", "make_instance", "measures", "move", "redraw", "score",
]  # fmt: skip
