"""The only writers of grids, plans, shapes, posts, cells, counted units and designs."""

from gridward.grids.actions.adopting import adopt_plan, put_in_force, withdraw_plan
from gridward.grids.actions.atoms import AtomRow, load_atoms
from gridward.grids.actions.cells import CellRow, lay_cells
from gridward.grids.actions.drafting import draft_plan, put_shape, remove_shape
from gridward.grids.actions.fixing import fix_draft
from gridward.grids.actions.importing import ShapeRow, import_shapes
from gridward.grids.actions.naming import open_grid
from gridward.grids.actions.posts import assign_post, end_post, end_posts_of

__all__ = [
    "AtomRow", "CellRow", "ShapeRow", "adopt_plan", "assign_post", 
    "draft_plan", "end_post", "end_posts_of", "fix_draft", "import_shapes", "lay_cells", "load_atoms",
    "open_grid", "put_in_force",
    "put_shape", "remove_shape", "withdraw_plan",
]  # fmt: skip
