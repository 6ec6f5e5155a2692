"""What departments were told to do: rows, what may be done with a duty, its forms, and what of it is said aloud."""
