"""What apps beside this one ask about shifts."""

from gridward.duties.queries import next_duty, on_roster

JOINS = {"notify.next_duty": next_duty, "notify.on_roster": on_roster}
