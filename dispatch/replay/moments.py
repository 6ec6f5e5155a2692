"""When each entry of a log was on the screens: instants that never run back, whatever the machine's clock did."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from dispatch.account import CONSOLE
from dispatch.account_events import Exported
from dispatch.events import Entry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
NONE = -(2**63)


def micros(at: datetime) -> int:
    """Return an instant as whole microseconds since 1970."""
    return (at - _EPOCH) // _US


def instant(at_us: int) -> datetime:
    """Return the instant (aware UTC) that is so many microseconds after 1970."""
    return _EPOCH + at_us * _US


def recorded_us(entry: Entry) -> int:
    """Return when an entry came on the screens; NONE for one that moves nothing which the log tells (`State.at`)."""
    moves_nothing = entry.actor == CONSOLE and all(isinstance(event, Exported) for event in entry.events)
    return NONE if moves_nothing else micros(entry.recorded_at)


class Moments:
    """Hold the moment of every entry in the order of the log, int64 microseconds.

    The order is the log's. Where the clock was set back or forth, the longest run of instants that rises is believed,
    and what stands out of it counts at the moment before.
    """

    def __init__(self) -> None:
        self._recorded = array("q")
        self._told = array("q")

    def __len__(self) -> int:
        return len(self._told)

    def __getitem__(self, place: int) -> int:
        return self._told[place]

    def add(self, recorded: Iterable[int]) -> None:
        """Take the instants of the next entries."""
        told, runs_back = self._told, False
        for at_us in recorded:
            self._recorded.append(at_us)
            last = told[-1] if told else NONE
            runs_back = runs_back or NONE < at_us < last
            told.append(max(at_us, last))
        if runs_back or (told and told[0] == NONE):
            self._told = risen(self._recorded)

    def find(self, at_us: int) -> int:
        """Return how many entries were on the screens at an instant."""
        return bisect_right(self._told, at_us)


def risen(recorded: array[int]) -> array[int]:
    """Keep the longest run that does not fall (patience sorting, n log n); the others take the instant before.

    Those before its first take its first.
    """
    tails: list[int] = []  # the least end of a run of each length
    ends: list[int] = []  # where it stands
    before = array("q", bytes(8 * len(recorded)))
    for place, at_us in enumerate(recorded):
        if at_us == NONE:
            continue
        length = bisect_right(tails, at_us)
        before[place] = ends[length - 1] if length else -1
        if length == len(tails):
            tails.append(at_us)
            ends.append(place)
        else:
            tails[length], ends[length] = at_us, place
    run: list[int] = []
    place = ends[-1] if ends else -1
    while place >= 0:
        run.append(place)
        place = before[place]
    run.reverse()
    told = array("q", [recorded[run[0]] if run else 0]) * len(recorded)
    for here, beyond in zip(run, [*run[1:], len(recorded)], strict=True):
        told[here:beyond] = array("q", [recorded[here]]) * (beyond - here)
    return told
