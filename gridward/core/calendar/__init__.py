"""Working time: calendars with holidays and make-up days, shifts, and when a limit is used up."""
