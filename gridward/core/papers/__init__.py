"""What is put on paper: which form fits which case, who may print it, and how it is laid out. Pure."""
