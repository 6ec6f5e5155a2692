"""Whether the store took what was last given to it, and why not."""

from __future__ import annotations

from dispatch.listeners import Listeners

LOST = frozenset({"away", "connection_lost"})  # of NotSaved: over as soon as the store answers again


class Saved:
    """Know how the store of an engine stands; `listeners` hear when `is_saved` changes.

    `trouble` is how it last failed, as the code of NotSaved or LogDamaged, empty where it never did; while it
    `is_away` nothing is given to it.
    """

    def __init__(self) -> None:
        self.is_saved = True
        self.is_away = False
        self.trouble = ""
        self.listeners: Listeners[[bool]] = Listeners()

    def take(self) -> None:
        """Say that the store took what it was given."""
        self._say(True)

    def fail(self, code: str) -> None:
        """Say how the store failed."""
        self.trouble = code
        self._say(False)

    def begin_anew(self) -> None:
        """Forget what was, for another store."""
        self.is_away, self.trouble = False, ""
        self._say(True)

    def hear(self, *, is_there: bool) -> None:
        """Hear whether the store answers. Once it does again, only a trouble of its own (a full disk) is still said."""
        self.is_away = not is_there
        if not is_there:
            if self.is_saved:
                self.trouble = "away"
            self._say(False)
        elif self.trouble in LOST:
            self.trouble = ""
            self._say(True)

    def _say(self, is_saved: bool) -> None:
        if is_saved is not self.is_saved:
            self.is_saved = is_saved
            self.listeners.tell("what became of the log", is_saved)
