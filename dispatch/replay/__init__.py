"""A log played back as it was: a read-only view of it, a tape with a state at every moment, bookmarks beside it."""
