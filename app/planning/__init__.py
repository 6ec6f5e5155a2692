"""The plan of all open incidents on the screen: what it shows, what of it is accepted, and what that came to."""
