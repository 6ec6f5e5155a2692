"""The debriefing of an exercise: its report on paper and as a page, and its page in the window."""
