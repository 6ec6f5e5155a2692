"""What the incident's panel is made of: head, units, timeline, forms."""
