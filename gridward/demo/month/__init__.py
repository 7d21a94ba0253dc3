"""A believable month: when things are reported, where, in which words, and how each case fares."""
