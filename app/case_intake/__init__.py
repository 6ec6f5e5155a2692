"""What reporting a case is made of: what the ground says, what follows from the class, and how it is sent."""
