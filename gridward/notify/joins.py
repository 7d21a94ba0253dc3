"""What must hold for messages in the same transaction as a lower app's action."""

from gridward.notify.actions.wishes import forget_addresses

JOINS = {"accounts.leave_post": forget_addresses}
