"""The situation report in words: on the screen, on paper, as text."""
