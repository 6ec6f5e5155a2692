"""Tell how far a long command is."""

from __future__ import annotations

import sys
import time


class Progress:
    """Tells progress on stderr: one line rewritten on a terminal, otherwise a line for each new thing done."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet, self._is_terminal = quiet, sys.stderr.isatty()
        self._doing, self._told_at = "", 0.0

    def __call__(self, share: float, doing: str) -> None:
        now = time.monotonic()
        kind = doing.split("(")[0]
        if self._quiet or (kind == self._doing and now - self._told_at < (0.1 if self._is_terminal else 5.0)):
            return
        self._doing, self._told_at = kind, now
        line = f"{share:4.0%}  {doing}"
        print(
            f"\r{line:<78}" if self._is_terminal else line,
            end="" if self._is_terminal else "\n",
            file=sys.stderr,
            flush=True,
        )

    def end(self) -> None:
        """Leave the line that was rewritten."""
        if self._is_terminal and self._told_at:
            print(file=sys.stderr)
