"""What files do in the background."""

from gridward.files.sweeping import sweep_files

SWEEPS = (("files.sweep", sweep_files),)
