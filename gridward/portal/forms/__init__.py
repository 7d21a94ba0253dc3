"""Forms of the open door: few questions, most of which may stay empty."""
