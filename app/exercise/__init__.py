"""The exercise in the window: a thread that plays it, the desk of whoever is trained, and how it is gone back in."""
