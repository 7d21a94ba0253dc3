// The map element; see docs/explanation/the-shell.md.
