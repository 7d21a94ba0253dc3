"""Codes and numbers: divisions, cells, grids, components, cases, identity checks, spoken query codes."""
