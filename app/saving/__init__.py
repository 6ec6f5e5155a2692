"""How what a page shows leaves as a file: asked where, by who may, and the log is told."""
