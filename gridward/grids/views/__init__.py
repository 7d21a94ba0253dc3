"""Pages of grids, plans and posts."""
