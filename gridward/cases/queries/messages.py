"""What is said of cases: to staff, to who told us, to other systems. Numbers and codes only, no content."""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from gridward.core.workflow.parse import load
from gridward.notify.queries.kinds import Kind
from gridward.web.moments import is_chinese

DISPATCHED, ASSIGNED, VERIFY, INSPECT = (
    "cases.dispatched",
    "cases.assigned",
    "cases.verify_asked",
    "cases.inspect_asked",
)
RETURNED, REWORK, SUPERVISED, REMINDED = "cases.returned", "cases.rework", "cases.supervised", "cases.reminded"
JOINT, JOINT_ENDED = "cases.joint_called", "cases.joint_ended"
DUE_SOON, LATE, URGENT = "cases.due_soon", "cases.late", "cases.urgent"
ANSWERED, ANSWERED_PRIVATELY, CONFIRM = "cases.answered", "cases.answered_privately", "cases.confirm_following"

MESSAGES = (
    Kind(DISPATCHED, 11, _("A case for your body"),
         _("Case {number} was dispatched to your body. Please take it up.")),
    Kind(ASSIGNED, 12, _("A case for you to handle"), _("Case {number} was given to you to handle.")),
    Kind(VERIFY, 13, _("A verification for you"), _("Case {number} waits for you to see whether it is so.")),
    Kind(INSPECT, 14, _("An inspection for you"), _("Case {number} waits for you to see whether it is done.")),
    Kind(RETURNED, 15, _("A case came back"), _("Case {number} came back to you. Please read why.")),
    Kind(REWORK, 16, _("Work to be done again"), _("The work of case {number} is to be done again. Please read why.")),
    Kind(SUPERVISED, 17, _("A case is supervised"),
         _("Case {number} is supervised. Please reply by {reply_by}.")),
    Kind(REMINDED, 18, _("Somebody reminds of a case"), _("Somebody reminds you of case {number}.")),
    Kind(DUE_SOON, 19, _("A limit is near"), _("A limit of case {number} ends at {due}.")),
    Kind(LATE, 20, _("A limit has passed"), _("A limit of case {number} passed at {due}.")),
    Kind(URGENT, 21, _("Urgent, for the duty roster"),
         _("Urgent: case {number} waits and nobody whose turn it is is on shift. Please see to it.")),
    Kind(JOINT, 22, _("Your body is called to a case"),
         _("Your body is called to assist with case {number}. Please say that you are coming.")),
    Kind(JOINT_ENDED, 23, _("An assisting body has answered"),
         _("An assisting body has done its part of case {number}, or has given it back.")),
    Kind(ANSWERED, 101, _("To the reporter: there is an answer"),
         _("There is an answer to what you told us (query code {code}). Open your private link, or ask with the code "
           "on our site, at a desk or by calling {hotline}."), is_for_staff=False),
    Kind(ANSWERED_PRIVATELY, 102, _("To the reporter: there is an answer, read by private link only"),
         _("There is an answer to what you told us. Open the private link that you were given, or call {hotline}."),
         is_for_staff=False),
    Kind(CONFIRM, 103, _("To a follower: please confirm once"),
         _("Somebody gave this address to be told of a matter (query code {code}). If it was you, confirm here: "
           "{link} If not, nothing more is sent."), is_for_staff=False, given_late=frozenset({"link"})),
)  # fmt: skip

TOLD_TO_SYSTEMS = (
    "submit", "refuse", "file", "refuse_filing", "dispatch", "redispatch", "designate", "accept_task", "return_task",
    "grant_suspension", "resume", "confirm", "close", "close_unresolved", "force_close", "reopen",
    "reopen_unsolved", "take_up_again",
)  # fmt: skip


def _move_name(move: str) -> str:
    row = load("seven_stages@2").move(move)
    return row.zh if is_chinese() else row.en


EVENTS = tuple((f"cases.{move}", lazy(_move_name, str)(move)) for move in TOLD_TO_SYSTEMS)
