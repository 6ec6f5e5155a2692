"""The simulation: the same rules on a virtual clock, quick, and held against what queueing theory knows."""
