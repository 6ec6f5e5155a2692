"""The main window and what stands round the panels: strip, docks, notices, alarm, sound."""
