"""What binds a crew to an incident and frees it again: units that are not needed after all, and duty that ends."""

from __future__ import annotations

from collections.abc import Callable

from dispatch.commands import CloseIncident, ReleaseUnit
from dispatch.sim.clockwork import Clockwork, Due
from dispatch.sim.crew import Crew
from dispatch.sim.draws import Draws, Purpose
from dispatch.sim.lasting import Times
from dispatch.sim.posts import Waiting
from dispatch.sim.tally import BLANK, Tally
from dispatch.sim.trips import DESK, Trips
from dispatch.sim.view import View
from dispatch.sim.wants import Wants
from resources.status import Status

DISPOSITION = "simulated"
NOT_NEEDED = "not_needed"


class Binding(Trips):
    """Free crews from what they were sent for, and let them go on to what comes next."""

    def __init__(
        self,
        clock: Clockwork,
        view: View,
        tally: Tally,
        times: Times,
        draws: Draws,
        waiting: Waiting,
        wants: Wants,
        freed: Callable[[], None],
    ) -> None:
        super().__init__(clock, view, times, waiting)
        self._tally, self._draws, self.wants, self._freed = tally, draws, wants, freed
        self._response = [BLANK] * len(view.crews)
        self._hospital: list[int] = []
        self._off: set[int] = set()

    def close(self, number: int, *, releasing: bool = False) -> None:
        """Close an incident; with `releasing` the last crew is freed by the same decision."""
        card = self._view.asking_of(number).card
        ends = DISPOSITION if not card.dispositions else card.dispositions[0]
        self._clock.ask(DESK, CloseIncident(number, ends, release_units=releasing))
        self._tally.incidents["closed"][self.wants.row_of[number]] = self._clock.now_ms
        self.wants.close(number)

    def stop(self, end_ms: int) -> None:
        """Count who is busy until the end."""
        self._tally.busy(0, end_ms)
        for crew in self._crews:
            if crew.incident:
                crew.busy_ms += max(0, end_ms - max(crew.assigned_ms, self._tally.counts_from_ms))

    def _number(self, purpose: Purpose, crew: Crew) -> float:
        return self._draws.number(purpose, self.wants.row_of[crew.incident], crew.slot)

    def _unbind(self, crew: Crew) -> None:
        now_ms = self._clock.now_ms
        self.wants.bound[crew.incident] -= 1
        crew.incident, crew.assignment_id = 0, ""
        crew.epoch += 1
        crew.is_free, crew.is_home = True, crew.to_zone < 0 and crew.zone == crew.home
        crew.busy_ms += max(0, now_ms - max(crew.assigned_ms, self._tally.counts_from_ms))
        self._tally.busy(-1, now_ms)
        self._tally.responses["ended"][self._response[crew.row]] = now_ms

    def _go(self, crew: Crew) -> None:
        """Let a free crew serve who waits, or go where it is to wait; one whose duty is over goes off."""
        if crew.row in self._off and crew.is_free:
            self._go_off(crew)
            return
        self._freed()
        if crew.is_free:
            for move in self._waiting.freed(self._view, crew, self._clock.at):
                self._move(move)
        if crew.is_free and not crew.is_home and not crew.drives:
            self._drive_home(crew)

    def exchange(self, number: int, place: int) -> None:
        """Send back the crew in whose place another one was sent just now; where there was nobody, it goes on."""
        mine = self._view.asking_of(number).needs[place]
        slots = range(mine.slot, mine.slot + mine.need.count)
        waiting = [e for e in self._crews if e.is_exchanged and e.incident == number and e.slot in slots]
        if not waiting:  # nobody was free for the first either
            self.wants.keep(number, place)
            return
        crew = min(waiting, key=lambda each: (each.assigned_ms, each.slot))
        crew.is_exchanged = False
        if self._view.lacking(number)[place] > 0:
            self._go_on(crew)
        else:
            self._release(crew)

    def _is_sent_back(self, crew: Crew, kind: str) -> bool:
        """Tell whether a crew is to be sent back: its incident is called off, or it is one of several."""
        if self.wants.is_called_off(crew.incident):
            return True
        share = self._times.is_cancelled.of(kind, crew.capability)
        return share > 0.0 and self._number(Purpose.IS_CANCELLED, crew) < share

    def _never_arrives(self, crew: Crew) -> bool:
        """Tell whether a crew that could be there now is sent back all the same: in records such crews never arrived.

        Whoever would be the first is needed. Another one that is on the way is sent back in its stead.
        """
        if crew.is_exchanged:
            return True
        number = crew.incident
        if not crew.is_called_off:
            return False
        if number in self.wants.served or self.wants.is_called_off(number):
            return True
        crew.is_called_off = False
        others = [e for e in self._crews if e.incident == number and not (e.was_there or e is crew or e.is_called_off)]
        if others := [each for each in others if not each.is_exchanged]:
            other = max(others, key=lambda each: (each.slot, each.row))
            other.is_called_off, other.cancels_ms = True, max(self._clock.now_ms, crew.cancels_ms)
            self._clock.put(other.cancels_ms, Due.CANCEL, other.row, other.epoch)
        return False

    def _cancel(self, row: int, epoch: int) -> None:
        """Send a crew back that is not needed, and the last one of an incident that is called off, which ends it.

        The last of any other is not sent back: it would leave nobody. It goes on.
        """
        crew = self._now(row, epoch)
        if crew is None or not crew.is_called_off:
            return
        number = crew.incident
        if self.wants.bound[number] > 1:
            self._release(crew)
        elif self.wants.is_called_off(number):
            self._release(crew, closing=True)
        else:
            crew.is_called_off = False
            self._go_on(crew)

    def _go_on(self, crew: Crew) -> None:
        """Let a crew arrive that was held back; one that is on the way still does by itself."""
        if crew.drives and crew.arrives_ms <= self._clock.now_ms:
            self._clock.put(self._clock.now_ms, Due.ARRIVED, crew.row, crew.epoch)

    def _send_back(self, crew: Crew) -> None:
        number, slot = crew.incident, crew.slot
        self._release(crew)
        self.wants.lack(number, slot)

    def _release(self, crew: Crew, *, closing: bool = False) -> None:
        number = crew.incident
        self._clock.ask(DESK, ReleaseUnit(crew.id, NOT_NEEDED))
        if crew.drives:
            crew.stand(crew.at(self._clock.now_ms, self._zones))
        self._unbind(crew)
        if closing:
            self.close(number)
        if crew.is_home:
            self._report(crew, Status.AVAILABLE)
        self._go(crew)

    def _leave_for_other(self, crew: Crew) -> None:
        """Take a crew off what it was on its way to; that lacks it again."""
        number, slot = crew.incident, crew.slot
        self._unbind(crew)
        if number in self.wants.served and self.wants.is_done(number):
            self.close(number)
        else:
            self.wants.lack(number, slot)

    def _duty(self, row: int, begins: int) -> None:
        """Let a crew come on duty or, once nothing binds it, go off."""
        crew = self._crews[row]
        if begins:
            self._off.discard(row)
            if crew.is_off:
                crew.is_off, crew.is_free = False, True
                self._report(crew, Status.AVAILABLE)
                self._go(crew)
        else:
            self._off.add(row)
            if crew.is_free:
                self._go_off(crew)
