"""A seat that goes on alone while its room is lost, on the desk: how it begins, is marked, comes back and is merged."""
