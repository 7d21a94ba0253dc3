"""A plan of one connected piece while it is worked on."""
