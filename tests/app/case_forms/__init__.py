"""Every action on a case, as a form."""
