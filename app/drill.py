"""A drill: a scenario happens, its own dispatcher sends what it is told to, and simulated crews drive and report."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from dispatch.commands import AssignUnits, Body, Choice, Command, Who
from dispatch.crews import Crews, LonLat
from dispatch.events import LogKind
from dispatch.incident import Stage
from dispatch.recommend import recommend
from dispatch.recommendation import Path
from dispatch.refused import Refused
from dispatch.scenario import Scenario
from dispatch.simulate import Arrival
from dispatch.state import State
from dispatch.travels import Roads, Start
from resources.position import Fix

if TYPE_CHECKING:
    from app.drill_cases import DrillCases

logger = logging.getLogger(__name__)

# Not a person's role: with accounts in the log nobody is believed to be one who does not sign in.
DISPATCHER = Who("drill dispatcher", "system", seat="drill")
CREW = Who("simulated crew", "crew", seat="drill")
SENDS_AFTER_S = 3.0


class Drill(QObject):
    """Let a scenario happen against an engine whose log is a drill.

    `start` runs it once a second in a thread of its own, which also owns the routes (`make_ground` is called there);
    `step` does one second's work at once, for tests and pictures. Positions come out by `fixes_made`, never through
    the log. A log that already holds incidents is gone on with: its scenario does not happen twice.
    """

    fixes_made = Signal(object)  # list of Fix

    def __init__(
        self,
        scenario: Scenario,
        *,
        state: Callable[[], State],
        submit: Callable[[Command], object],
        make_ground: Callable[[], Roads],
        clock: Callable[[], datetime],
        hospitals: tuple[LonLat, ...] = (),
        fixes: Mapping[str, Fix] | None = None,
        seed: int = 1,
        cases: DrillCases | None = None,
    ) -> None:
        super().__init__()
        if state().kind is not LogKind.DRILL:
            raise ValueError(f"a drill needs a drill log, this one is {state().kind}")
        self._scenario = scenario
        self._cases = cases
        self._state = state
        self._submit = submit
        self._make_ground = make_ground
        self._clock = clock
        self._fixes: dict[str, Fix] = dict(fixes or {})
        self._crews = Crews(self._drive, habits=scenario.habits, hospitals=hospitals, seed=seed)
        self._ground: Roads | None = None
        self._at = clock()
        self._arrivals: list[Arrival] | None = None
        self._pending: list[Future[object]] = []
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, period_s: float = 1.0) -> None:
        """Run a step every `period_s` until `stop`."""
        self._thread = threading.Thread(target=self._run, args=(period_s,), name="drill", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it; what was submitted is answered as always."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def step(self, at: datetime) -> None:
        """Let everything happen that is due at `at` (aware UTC)."""
        self._pending = [future for future in self._pending if not future.done()]
        if self._pending:
            return  # the log is slow: what was asked must be answered before the crews say more
        state = self._state()
        self._at = at
        if self._arrivals is None:
            happened = len(state.incidents) > 0
            self._arrivals = [] if happened else list(self._scenario.arrivals(at))
        while self._arrivals and self._arrivals[0].at <= at:
            arrival = self._arrivals.pop(0)
            self._ask(DISPATCHER, arrival.body, arrival.at)
        self._send_what_waits(state, at)
        step = self._crews.step(state, self._fixes, at)
        self._fixes.update((fix.unit_id, fix) for fix in step.fixes)
        if step.fixes:
            self.fixes_made.emit(list(step.fixes))
        for body in step.bodies:
            self._ask(CREW, body, at)
        for asked_at, (who, body) in self._cases.due(state, at) if self._cases is not None else ():
            self._ask(who, body, asked_at, is_told=asked_at < at)

    def _run(self, period_s: float) -> None:
        while not self._stopping.wait(period_s):
            try:
                self.step(self._clock())
            except Exception:
                logger.exception("a step of the drill failed; it goes on")
        self._ground = None  # routing objects must end in the thread that made them

    def _send_what_waits(self, state: State, at: datetime) -> None:
        for number in state.open_incidents:
            incident = state.incidents[number]
            if incident.stage is not Stage.WAITING or (at - incident.received_at).total_seconds() < SENDS_AFTER_S:
                continue
            if any(self._scenario.sends(call_id) for call_id in incident.call_ids):
                self._send(state, number, at)

    def _send(self, state: State, number: int, at: datetime) -> None:
        answer = recommend(state, self._fixes, self._roads(), number, at=at)
        if answer.chosen:
            choices = tuple(Choice(item.unit_id, item.need_id, item.eta.total_s) for item in answer.chosen)
            self._ask(DISPATCHER, AssignUnits(number, choices), at)  # nobody was shown the answer

    def _ask(self, who: Who, body: Body, at: datetime, *, is_told: bool = False) -> None:
        """Ask it from the state as it is; what is only told of an earlier time rests on no state."""
        command = Command(str(uuid.uuid4()), at, who, body, None if is_told else self._state().sequence)
        try:
            answer = self._submit(command)
        except Refused as refusal:
            logger.info("the drill was refused: %s", refusal)
            return
        if isinstance(answer, Future):
            self._pending.append(answer)

    def _drive(self, here: Start, there: LonLat, mode: str) -> Path | None:
        [path] = self._roads().paths(mode, [here], *there)
        return path

    def _roads(self) -> Roads:
        """Return the roads as they are in the step's hour and the state's weather."""
        if self._ground is None:
            self._ground = self._make_ground()
        state = self._state()
        self._ground.set_closures(state.closures.values())
        self._ground.set_conditions(at=self._at, time_zone=state.time_zone, weather=state.weather)
        return self._ground
