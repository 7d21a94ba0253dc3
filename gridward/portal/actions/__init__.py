"""Writes of the open door."""
