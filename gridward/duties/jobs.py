"""What is due each minute of absences."""

from django.utils.translation import gettext_lazy as _

from gridward.duties.actions.absences import begin_absences

NAMES = {"duties.begin_absences": _("Work goes to who stands in when somebody's absence begins")}
SWEEPS = (("duties.begin_absences", begin_absences),)
