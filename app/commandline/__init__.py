"""Words instead of the mouse: the line, its grammar, its completion."""
