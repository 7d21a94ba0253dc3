from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gridward.cases.ladders import own_ladders
from gridward.core.errors import catalogue
from gridward.core.workflow.ladder import usual_ladder
from gridward.core.workflow.parse import load, names
from gridward.core.workflow.roles import Role
from gridward.web.navigation import Entry

INTAKE = (
    Role.ACCEPTOR, Role.DUTY_CHIEF, Role.WINDOW_CLERK, Role.HOTLINE_OPERATOR, Role.GRID_WORKER, Role.GRID_LEADER,
    Role.COMMUNITY_SECRETARY, Role.INFORMATION_CLERK, Role.BUILDING_HEAD, Role.VOLUNTEER, Role.LINKED_OFFICIAL,
    Role.CASEWORKER, Role.MEDIATOR,
)  # fmt: skip
LEADERS = (
    Role.DISTRICT_DIRECTOR, Role.SUBDISTRICT_LEADER, Role.COMMUNITY_SECRETARY, Role.DUTY_CHIEF, Role.SUPERVISOR,
    Role.DISPATCHER, Role.ACCEPTOR, Role.DEPARTMENT,
)  # fmt: skip
CALL_BACKS = (Role.ACCEPTOR, Role.HOTLINE_OPERATOR, Role.WINDOW_CLERK, Role.COMMUNITY_SECRETARY)
BY_PLACE = tuple(role for role in LEADERS if role is not Role.DEPARTMENT)
NOTICES = (Role.DEPARTMENT, Role.SUBDISTRICT_LEADER, Role.DUTY_CHIEF, Role.DISTRICT_DIRECTOR)
LISTS = (
    Role.SYSADMIN, Role.DUTY_CHIEF, Role.DISPATCHER, Role.DEPARTMENT, Role.DISTRICT_DIRECTOR, Role.SUBDISTRICT_LEADER,
)  # fmt: skip
WORKING = tuple({*INTAKE, *LEADERS, Role.HANDLER})


class CasesConfig(AppConfig):
    name = "gridward.cases"
    label = "cases"
    verbose_name = "Cases"
    navigation = (
        Entry("cases:overview", _("Overview"), order=20, roles=LEADERS),
        Entry("cases:figures", _("Figures"), order=25, roles=BY_PLACE),
        Entry("cases:list", _("Cases"), order=30, roles=WORKING),
        Entry("cases:triage", _("One by one"), order=28, roles=(Role.ACCEPTOR, Role.DISPATCHER, Role.DUTY_CHIEF)),
        Entry("cases:new", _("New case"), order=40, roles=INTAKE),
        Entry("cases:call_backs", _("Call-backs"), order=45, roles=CALL_BACKS),
        Entry("cases:notices", _("Works and outages"), order=50, roles=NOTICES),
        Entry("cases:routing", _("Routing rules"), order=60, roles=(Role.DISPATCHER, Role.DUTY_CHIEF)),
        Entry("cases:responsibilities", _("List of responsibilities"), order=62, roles=LISTS),
        Entry("cases:handovers", _("Handover"), order=65, roles=(Role.DISPATCHER, Role.DUTY_CHIEF)),
        Entry("cases:categories", _("Categories and standards"), order=70, roles=(Role.SYSADMIN,)),
    )

    def ready(self) -> None:
        """Tables are read and validated at start, never for the first time under a lock."""
        for name in names():
            load(name)
        usual_ladder()
        own_ladders(settings.GRIDWARD_LADDERS)
        catalogue()
