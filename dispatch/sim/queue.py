"""Incidents that still want somebody, in the order in which they are served."""

from __future__ import annotations


class Queue:
    """Keep who waits: the most urgent first, of these who called first."""

    def __init__(self) -> None:
        self._waits: dict[int, tuple[int, int, int]] = {}

    def __len__(self) -> int:
        return len(self._waits)

    def __contains__(self, number: object) -> bool:
        return number in self._waits

    def add(self, number: int, *, priority: int, received_ms: int) -> None:
        """Let an incident wait from now on."""
        self._waits[number] = (priority, received_ms, number)

    def drop(self, number: int) -> None:
        """Let it wait no more, if it did."""
        self._waits.pop(number, None)

    def in_order(self) -> list[int]:
        """Return all that wait, as they are served."""
        return sorted(self._waits, key=self._waits.__getitem__)
