"""Plans grown from centres: where annealing begins."""
