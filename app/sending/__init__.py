"""Which of the recommended units go, and the one F12 that sends them."""
