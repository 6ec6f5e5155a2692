"""Cities that do not exist: for exercises, and for measuring scale where no real extract is at hand."""
