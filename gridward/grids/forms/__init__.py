"""What people fill in about grids."""
