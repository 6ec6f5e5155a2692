"""Years of a city in minutes: discrete events on a virtual clock, decided by the same rules as everything else."""
