"""How fast an exercise really goes, where the machine cannot keep up with what was asked."""

from __future__ import annotations

from datetime import datetime

OVER_S = 2.0  # of the room's time, so that one slow moment is none
BEHIND = 0.85  # of what was asked; what is nearer to it is called kept


class Pace:
    """Measure the speed from the moments that the window is told, since time was last let run otherwise."""

    def __init__(self) -> None:
        self._from: tuple[datetime, float] | None = None
        self.speed: float | None = None

    def begin(self) -> None:
        """Forget what was measured: it stood still, or is to go otherwise from now on."""
        self._from, self.speed = None, None

    def note(self, at: datetime, now_s: float) -> None:
        """Take where the exercise stands at a moment of the room's clock, in seconds."""
        if self._from is None:
            self._from = at, now_s
            return
        from_at, from_s = self._from
        if now_s - from_s >= OVER_S:
            self.speed = (at - from_at).total_seconds() / (now_s - from_s)
            self._from = at, now_s

    def behind(self, asked: float) -> float | None:
        """Return the real speed where it stays behind the one that is asked for, else None."""
        return self.speed if self.speed is not None and self.speed < BEHIND * asked else None
