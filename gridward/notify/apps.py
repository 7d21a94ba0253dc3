from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from gridward.core.workflow.roles import Role
from gridward.web.navigation import Entry


class NotifyConfig(AppConfig):
    name = "gridward.notify"
    label = "notify"
    verbose_name = "Messages"
    navigation = (Entry("notify:channels", _("Messages and channels"), order=75, roles=(Role.SYSADMIN,)),)
