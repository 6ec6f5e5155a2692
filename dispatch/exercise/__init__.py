"""Exercises: a stretch of history or a scenario, decided anew against the clock, branched, scored and debriefed."""
