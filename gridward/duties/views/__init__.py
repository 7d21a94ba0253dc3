"""Pages of one's own work."""
