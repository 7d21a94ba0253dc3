"""Lines between the nearest places of different owners."""
