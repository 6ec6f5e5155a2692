"""The planning page: where stations should stand, what if one closes or a bridge falls, two plans side by side."""
