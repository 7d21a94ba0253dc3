"""Pages of cases for people who work on them."""
