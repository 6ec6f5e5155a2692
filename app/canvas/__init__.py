"""The map widget, its tiles and tools, and its tie to the desk."""
