"""What open incidents of a run still want: at once, and what is asked for later."""

from __future__ import annotations

from dispatch.sim.clockwork import Clockwork, Due
from dispatch.sim.draws import Draws, Purpose
from dispatch.sim.lasting import Times, further
from dispatch.sim.queue import Queue
from dispatch.sim.tally import Tally
from dispatch.sim.view import View

AT_ONCE_MS = 1000


class Wants:
    """Follow incidents from being reported to being closed. `row_of` gives the row of an open one among the arrivals.

    `bound` counts the units of each, `served` holds those that somebody has reached, `later` counts by need the places
    that nobody has asked for yet.
    """

    def __init__(self, clock: Clockwork, view: View, tally: Tally, times: Times, draws: Draws, queue: Queue) -> None:
        self._clock, self._view, self._tally, self._times = clock, view, tally, times
        self._draws, self._queue = draws, queue
        self.row_of: dict[int, int] = {}
        self.bound: dict[int, int] = {}
        self.later: dict[int, list[int]] = {}
        self.served: set[int] = set()

    def open(self, number: int, row: int, zone: int) -> None:
        """Begin to follow an incident."""
        needs = self._view.asking_of(number).needs
        self.row_of[number] = row
        self._view.zone_of[number] = zone
        self._view.lacking_of[number] = [asked.need.count for asked in needs]
        self.later[number] = [0] * len(needs)
        self.bound[number] = 0

    def close(self, number: int) -> None:
        """Follow it no more."""
        view = self._view
        for table in (self.row_of, view.zone_of, view.lacking_of, self.bound, self.later):
            table.pop(number, None)
        self.served.discard(number)
        self._queue.drop(number)

    def wait(self, number: int) -> None:
        """Let an incident that lacks somebody wait its turn."""
        received_ms = self._tally.incidents["received"][self.row_of[number]]
        self._queue.add(number, priority=self._view.priority_of(number), received_ms=received_ms)

    def put_off(self, number: int) -> None:
        """Let the places that were asked for later in this city's records be asked for later: the first is at once."""
        if self._times.later is None:
            return
        row, kind, lacking = self.row_of[number], self._view.asking_of(number).card.kind, self._view.lacking(number)
        after_ms: list[tuple[int, int]] = []
        for place, asked in enumerate(self._view.asking_of(number).needs):
            capability = asked.need.any_of[0]
            for rank in range(asked.need.count):
                lasts = self._times.later.of(kind, further(capability) if rank else capability, self._view.hour)
                u = self._draws.number(Purpose.LATER, row, asked.slot + rank)
                after_ms.append((int(lasts.pick(u) * 1000), place))
        first_ms = min((ms for ms, _ in after_ms), default=0)
        for ms, place in after_ms:
            if ms - first_ms >= AT_ONCE_MS:
                lacking[place] -= 1
                self.later[number][place] += 1
                self._clock.put(self._clock.now_ms + ms - first_ms, Due.MORE, number, place)

    def ask_more(self, number: int, place: int) -> bool:
        """Let one place more be wanted; tell whether the incident is open still."""
        if number not in self.row_of:
            return False
        self.later[number][place] -= 1
        self._view.lacking(number)[place] += 1
        self.wait(number)
        return True

    def is_done(self, number: int, *, but: int = 0) -> bool:
        """Tell whether nobody is bound by an incident, but so many, and nobody will be asked for."""
        return self.bound[number] == but and not any(self.later[number])

    def lack(self, number: int, slot: int) -> None:
        """Let a place be empty again."""
        for place, asked in enumerate(self._view.asking_of(number).needs):
            if asked.slot <= slot < asked.slot + asked.need.count:
                self._view.lacking_of[number][place] += 1
        self.wait(number)

    def slot(self, number: int, place: int) -> int:
        """Name the slot of the next unit for a need: the first that nobody has."""
        asked = self._view.asking_of(number).needs[place]
        return asked.slot + max(0, asked.need.count - self._view.lacking(number)[place] - self.later[number][place])
