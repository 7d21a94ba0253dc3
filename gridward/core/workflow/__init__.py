"""The life of a case as data: states, moves, who may make them, what they need, which clocks they touch."""
