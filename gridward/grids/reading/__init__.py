"""Maps from outside: read apart, converted at the edge, described by a manifest."""
