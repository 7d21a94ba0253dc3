"""What must hold for posts in the same transaction as a lower app's action."""

from gridward.grids.actions import end_posts_of

JOINS = {"accounts.leave_post": end_posts_of}
