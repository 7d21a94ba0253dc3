"""What registers give to lower apps: a layer of components for GIS desktops."""

from gridward.registers.queries.exporting import component_rows

JOINS = {"grids.exported_rows": component_rows}
