"""Walking from a grid's base to its doors."""
