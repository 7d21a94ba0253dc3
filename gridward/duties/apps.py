from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from gridward.core.scopes import role_rules
from gridward.core.workflow.roles import Role
from gridward.web.navigation import Entry

# Who hands shifts over opens the phone book from there.
PHONING = tuple(role for role in role_rules() if role not in (Role.DUTY_CHIEF, Role.DISPATCHER))
LISTS = (
    Role.SYSADMIN, Role.DUTY_CHIEF, Role.DISPATCHER, Role.SUBDISTRICT_LEADER, Role.DISTRICT_DIRECTOR,
    Role.COMMUNITY_SECRETARY,
)  # fmt: skip


class DutiesConfig(AppConfig):
    name = "gridward.duties"
    label = "duties"
    verbose_name = "Duties"
    navigation = (
        Entry("duties:my_work", _("My work"), order=10),
        Entry("duties:phones", _("Phone book"), order=66, roles=PHONING),
        Entry("duties:listed", _("What communities take on"), order=65, roles=LISTS),
        Entry("duties:calendar", _("Calendar"), order=70, roles=(Role.SYSADMIN, Role.DUTY_CHIEF)),
    )
