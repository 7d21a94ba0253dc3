"""Pages: sign-in; people, bodies, shifts and calendars for those who administer them."""
