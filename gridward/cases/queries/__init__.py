"""Reads of cases; every one takes the viewer."""

from gridward.cases.queries.visible import get_case, visible_cases
from gridward.cases.queries.worklist import work_items

__all__ = ["get_case", "visible_cases", "work_items"]
