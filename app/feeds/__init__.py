"""What comes in from outside, each turned into commands."""
