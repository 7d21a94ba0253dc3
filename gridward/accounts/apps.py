from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from gridward.core.workflow.roles import Role
from gridward.web.navigation import Entry

ADMINISTRATORS = (Role.SYSADMIN, Role.SECURITY_ADMIN)


class AccountsConfig(AppConfig):
    name = "gridward.accounts"
    label = "accounts"
    verbose_name = "Accounts"
    navigation = (
        Entry("accounts:people", _("People"), order=60, roles=ADMINISTRATORS),
        Entry("accounts:bodies", _("Bodies"), order=61, roles=ADMINISTRATORS),
    )
