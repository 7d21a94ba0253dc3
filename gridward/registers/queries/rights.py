"""Who may write in the register of components."""

from datetime import datetime

from gridward.accounts.queries.administration import administered
from gridward.core.actor import Actor
from gridward.core.workflow.roles import Role
from gridward.registers.models import Component

KEEPERS = (Role.SYSADMIN, Role.DUTY_CHIEF, Role.DISPATCHER)


def may_keep(by: Actor, district_id: int, at: datetime) -> bool:
    """Who keeps the whole register: the centre's duty chief and dispatchers, and the system's administrator."""
    return any(administered(by, district_id, at, role=role).whole_district for role in KEEPERS)


def may_change_state(by: Actor, component: Component, at: datetime) -> bool:
    """Besides them the department that owns or maintains it: it mended the lamp, it says so."""
    if may_keep(by, component.district_id, at):
        return True
    mine = administered(by, component.district_id, at, role=Role.DEPARTMENT).body_ids
    return bool(mine & {component.owner_id, component.maintainer_id})
