"""Files of components from outside: read apart, converted at the edge, checked line by line."""
