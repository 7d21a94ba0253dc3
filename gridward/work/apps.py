from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from gridward.core.workflow.roles import Role
from gridward.web.navigation import Entry
from gridward.work import collected


class WorkConfig(AppConfig):
    name = "gridward.work"
    label = "work"
    verbose_name = "Work"
    navigation = (Entry("work:background", _("Work in the background"), order=80, roles=(Role.SYSADMIN,)),)

    def ready(self) -> None:
        """Collect what higher apps subscribe to now: not while the first action holds the write lock."""
        collected.jobs()
        collected.joins()
