"""Find anything by its name: one box over the map, answered by a thread of its own."""
