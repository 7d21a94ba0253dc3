"""Full text by own bigrams: what a text becomes before it is indexed, and what is asked of an index."""
