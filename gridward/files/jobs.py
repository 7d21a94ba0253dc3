"""What files do in the background."""

from django.utils.translation import gettext_lazy as _

from gridward.files.sweeping import sweep_files

NAMES = {"files.sweep": _("Stored files that nothing needs any more are removed")}
SWEEPS = (("files.sweep", sweep_files),)
