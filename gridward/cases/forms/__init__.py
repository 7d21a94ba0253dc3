"""Forms of cases: one for every move, one for every way in."""
