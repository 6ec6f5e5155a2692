"""Why the program cannot start as asked."""

from __future__ import annotations


class StartError(Exception):
    """The program cannot start as asked; the message says what is wrong and what would help."""
