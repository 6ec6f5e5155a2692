"""The cities that come with the program: one folder each, with how it is built, its roster and its sources."""
