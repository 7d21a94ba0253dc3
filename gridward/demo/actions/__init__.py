"""The example district: its ground, its people, its month of cases."""
