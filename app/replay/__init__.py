"""The replay of a log in the ordinary window: a player that turns the desk's clock, its bar, what was shown then."""
