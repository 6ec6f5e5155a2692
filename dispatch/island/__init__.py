"""A seat that goes on alone while the room's server is lost, and how what it did is merged when the room is back."""
