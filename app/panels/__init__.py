"""One dock a file; panels know nothing of each other."""
