"""The ground of the example district: grown from a seed, the same every time, no file read or written."""

from gridward.demo.town.growing import grow
from gridward.demo.town.model import GridKind, RoadKind, Style, Town, Use

__all__ = ["GridKind", "RoadKind", "Style", "Town", "Use", "grow"]
