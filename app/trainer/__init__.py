"""The trainer's window: what comes next in an exercise, what she lets happen, and what the trainees decided."""
