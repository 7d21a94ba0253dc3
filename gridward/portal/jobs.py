"""What is due each minute."""

from django.utils.translation import gettext_lazy as _

from gridward.portal.actions.counting import forget_counts

NAMES = {"portal.forget_counts": _("Counts of public reports by network are forgotten")}
SWEEPS = (("portal.forget_counts", forget_counts),)
