"""What is due each minute."""

from gridward.portal.actions.counting import forget_counts

SWEEPS = (("portal.forget_counts", forget_counts),)
