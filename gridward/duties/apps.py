from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from gridward.core.workflow.roles import Role
from gridward.web.navigation import Entry


class DutiesConfig(AppConfig):
    name = "gridward.duties"
    label = "duties"
    verbose_name = "Duties"
    navigation = (
        Entry("duties:my_work", _("My work"), order=10),
        Entry("duties:calendar", _("Calendar"), order=70, roles=(Role.SYSADMIN, Role.DUTY_CHIEF)),
    )
