"""What open incidents of a run still want: at once, and what is asked for later."""

from __future__ import annotations

from dispatch.commands import ChangeAlarmLevel
from dispatch.sim.clockwork import Clockwork, Due
from dispatch.sim.draws import Draws, Purpose
from dispatch.sim.lasting import Times, further
from dispatch.sim.queue import Queue
from dispatch.sim.slots import Asked
from dispatch.sim.tally import Tally
from dispatch.sim.trips import DESK
from dispatch.sim.view import View

AT_ONCE_MS = 1000
RAISED = "simulated"


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
        self._exchanges: dict[tuple[int, int], int] = {}

    def open(self, number: int, row: int, zone: int) -> None:
        """Begin to follow an incident."""
        needs = self._view.asking_of(number).needs
        self.row_of[number] = row
        self._view.zone_of[number] = zone
        self._view.lacking_of[number] = [asked.need.count if asked.need.level == 1 else 0 for asked in needs]
        self.later[number] = [0] * len(needs)
        self.bound[number] = 0

    def close(self, number: int) -> None:
        """Follow it no more."""
        view = self._view
        for place in range(len(self.later[number])):
            self._exchanges.pop((number, place), None)
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
        lacking = self._view.lacking(number)
        after_ms = [
            (*self._asked_later(number, asked, rank), place)
            for place, asked in enumerate(self._view.asking_of(number).needs)
            if asked.need.level == 1
            for rank in range(asked.need.count)
        ]
        first_ms = min((ms for ms, _, _ in after_ms), default=0)
        for ms, what, place in after_ms:
            if ms - first_ms >= AT_ONCE_MS:
                lacking[place] -= 1
                self.later[number][place] += 1
                if what is Due.EXCHANGE:
                    self._exchanges[number, place] = self._exchanges.get((number, place), 0) + 1
                self._clock.put(self._clock.now_ms + ms - first_ms, what, number, place)

    def _asked_later(self, number: int, asked: Asked, rank: int) -> tuple[int, Due]:
        """Draw how many milliseconds after the first a place is asked for, and whether in exchange for another one."""
        times, hour, row = self._times, self._view.hour, self.row_of[number]
        kind, capability, slot = self._view.asking_of(number).card.kind, asked.need.any_of[0], asked.slot + rank
        share = times.is_exchanged.of(kind, capability) if rank else 0.0
        if share > 0.0 and self._draws.number(Purpose.IS_EXCHANGED, row, slot) < share:
            lasts, what = times.exchanged.of(kind, capability, hour), Due.EXCHANGE
        else:
            assert times.later is not None
            lasts, what = times.later.of(kind, further(capability) if rank else capability, hour), Due.MORE
        return int(lasts.pick(self._draws.number(Purpose.LATER, row, slot)) * 1000), what

    def is_exchanged(self, number: int, slot: int) -> bool:
        """Tell whether the unit that is sent to a place now is the one that another will be exchanged for, once."""
        if not self._exchanges:
            return False
        for place, asked in enumerate(self._view.asking_of(number).needs):
            if asked.slot <= slot < asked.slot + asked.need.count and self._exchanges.get((number, place)):
                self._exchanges[number, place] -= 1
                return True
        return False

    def keep(self, number: int, place: int) -> None:
        """Exchange one unit less than was thought."""
        if self._exchanges.get((number, place)):
            self._exchanges[number, place] -= 1

    def expect_alarms(self, number: int, level: int) -> None:
        """Let the alarm be raised to a level, as far as the card knows it, one after another."""
        asking = self._view.asking_of(number)
        highest = min(level, asking.card.max_level)
        for place, asked in enumerate(asking.needs):
            if 1 < asked.need.level <= highest:
                self.later[number][place] += asked.need.count
        if highest > 1:
            self._put_alarm(number, 2)

    def raise_alarm(self, number: int, level: int) -> bool:
        """Raise the alarm of an incident that is open still, and want what its card adds; tell whether it was."""
        if number not in self.row_of:
            return False
        if not self._clock.ask(DESK, ChangeAlarmLevel(number, level, RAISED)):
            return False
        later, lacking, is_last = self.later[number], self._view.lacking(number), True
        for place, asked in enumerate(self._view.asking_of(number).needs):
            if asked.need.level == level:
                lacking[place] += later[place]
                later[place] = 0
            elif asked.need.level > level and later[place]:
                is_last = False
        if not is_last:
            self._put_alarm(number, level + 1)
        self.wait(number)
        return True

    def _put_alarm(self, number: int, level: int) -> None:
        lasts = self._times.alarm.of(self._view.asking_of(number).card.kind, "", self._view.hour)
        after_s = lasts.pick(self._draws.number(Purpose.ALARM, self.row_of[number], level))
        self._clock.put(self._clock.now_ms + int(after_s * 1000), Due.ALARM, number, level)

    def ask_more(self, number: int, place: int) -> bool:
        """Let one place more be wanted; tell whether the incident is open still."""
        if number not in self.row_of:
            return False
        self.later[number][place] -= 1
        self._view.lacking(number)[place] += 1
        self.wait(number)
        return True

    def is_called_off(self, number: int) -> bool:
        """Tell whether an incident turns out to be nothing before anybody is there."""
        share = self._times.is_called_off.of(self._view.asking_of(number).card.kind, "")
        return share > 0.0 and self._draws.number(Purpose.IS_CALLED_OFF, self.row_of[number]) < share

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
