"""Who sits here: signing in, the role, the lock, the change of shift, and what was forced."""
