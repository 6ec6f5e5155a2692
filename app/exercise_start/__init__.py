"""Begins an exercise from the ordinary desk: what is asked for it, and the program of its own that plays it."""
