"""What comes back to who reported: the reply in plain words, attempts to tell it, ratings, call-backs, repeats."""
