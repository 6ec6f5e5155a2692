"""A room of seats on one server: what they share beside the log, and how a seat that was alone comes back."""
