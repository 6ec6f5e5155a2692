"""Messages between departments and seats: what is unread here, who has what, and writing one."""
