"""Two neighbouring grids joined and cut anew."""
