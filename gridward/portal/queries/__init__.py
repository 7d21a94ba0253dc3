"""Reads of the open door: what it offers, who serves a place."""
