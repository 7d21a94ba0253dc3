"""What must hold for cases in the same transaction as a lower app's action."""

from gridward.cases.actions.covering import cover_open_work
from gridward.cases.actions.handing_over import move_open_work
from gridward.cases.actions.history import follow_plan
from gridward.cases.actions.notifying import open_contact
from gridward.cases.actions.recomputing import ask_to_recompute
from gridward.cases.actions.rehoming import rehome_open_cases
from gridward.cases.queries.components import component_classes, used_components
from gridward.cases.queries.history import past_of_grid
from gridward.cases.queries.leaving import count_open_work
from gridward.cases.queries.passing import matters
from gridward.cases.queries.past import places_of_past_cases
from gridward.cases.views.components import draw_cases_of

JOINS = {
    "duties.matters": matters,
    "districts.change_calendar": ask_to_recompute,
    "accounts.before_leave_post": count_open_work,
    "duties.begin_absence": cover_open_work,
    "accounts.leave_post": move_open_work,
    "grids.adopt_plan": follow_plan,
    "grids.end_temporary": rehome_open_cases,
    "grids.past_work": places_of_past_cases,
    "grids.past_of_grid": past_of_grid,
    "notify.open:cases.Contact": open_contact,
    "registers.classes": component_classes,
    "registers.panels": draw_cases_of,
    "registers.used": used_components,
}
