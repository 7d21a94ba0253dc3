"""How far from the best a plan of one piece can be at most."""
