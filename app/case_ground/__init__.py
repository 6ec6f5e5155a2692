"""What the ground says of a case's place: its cell, the components near by, and who answers there."""
