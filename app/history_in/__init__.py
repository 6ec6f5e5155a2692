"""History imported in the window: a file looked at, its columns mapped, what becomes of its rows, a log of its own."""
