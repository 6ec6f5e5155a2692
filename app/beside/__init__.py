"""What runs beside the window in processes of its own: a command of this program, a child that is asked questions."""
