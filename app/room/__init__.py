"""A desk that is one of many seats: the server that it shares, seen from the window's side."""
