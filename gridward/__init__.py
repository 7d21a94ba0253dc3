"""gridward: the open platform for community service grids (社区网格化治理与服务)."""

__version__ = "0.1.0"
