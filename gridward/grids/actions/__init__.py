"""The only writers of grids, plans, shapes, posts, cells, counted units and designs."""

from gridward.grids.actions.adopting import adopt_plan, put_in_force, withdraw_plan
from gridward.grids.actions.atoms import AtomRow, load_atoms
from gridward.grids.actions.cells import CellRow, lay_cells
from gridward.grids.actions.designing import (
    ask_draft,
    begin_design,
    copy_draft,
    lock_in_draft,
    move_atoms,
    name_draft,
    put_draft_aside,
    redraw_boundary,
    undo_change,
)
from gridward.grids.actions.drafting import draft_plan, put_shape, remove_shape
from gridward.grids.actions.ending import end_temporary_grids
from gridward.grids.actions.fixing import fix_draft
from gridward.grids.actions.importing import ShapeRow, import_shapes
from gridward.grids.actions.naming import open_grid
from gridward.grids.actions.planning import plan_from_draft
from gridward.grids.actions.posts import assign_post, end_post, end_posts_of
from gridward.grids.actions.premises import put_premises, state_premises
from gridward.grids.actions.roads import put_road

__all__ = [
    "AtomRow", "CellRow", "ShapeRow", "adopt_plan", "ask_draft", "assign_post", "begin_design", "copy_draft",
    "draft_plan", "end_post", "end_posts_of", "end_temporary_grids", "fix_draft", "import_shapes", "lay_cells",
    "load_atoms", "lock_in_draft", "move_atoms", "name_draft", "open_grid", "plan_from_draft", "put_draft_aside",
    "put_in_force", "put_premises", "put_road", "put_shape", "redraw_boundary", "remove_shape", "state_premises",
    "undo_change", "withdraw_plan",
]  # fmt: skip
