"""The report of a simulation: what it says, draws and writes."""
