"""A sheet of people, read and checked row by row before anything is written."""

from gridward.accounts.importing.rows import PersonRow, Problem, read_rows
from gridward.accounts.importing.sheets import SheetUnreadable, read_sheet

__all__ = ["PersonRow", "Problem", "SheetUnreadable", "read_rows", "read_sheet"]
