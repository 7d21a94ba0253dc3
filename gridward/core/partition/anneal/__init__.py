"""Sweeps of proposals at a heat."""
