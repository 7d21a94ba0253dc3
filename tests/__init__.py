"""The tests: ``python -m tests`` runs a tier on the databases that are there."""
