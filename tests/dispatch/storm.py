"""A room of whole seats in a storm: the server dies and comes back, wires are cut, seats are killed; all is checked.

Each seat has a wire of its own to the server. They work on through all of it, and what they did is held against the
log afterwards by a checker that knows nothing of how it came about (`history`).
"""

from __future__ import annotations

import contextlib
import json
import math
import shutil
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo

from dispatch.commands import Body, LoadRoster, ReportIncident
from dispatch.engine import Engine
from dispatch.log import NotSaved
from dispatch.log_postgres import PostgresLog
from dispatch.room.room_photographs import RoomPhotographs
from dispatch.server_init import add_user, prepare
from resources.position_thinning import MOVED_M
from tests.dispatch import town
from tests.dispatch.history import History, check_history
from tests.dispatch.lossy_proxy import LossyProxy
from tests.dispatch.seat_room import Seat
from tests.dispatch.seat_worker import read_journal, state_print
from tests.servers import PostgresServer

PATIENCE_S = 90.0  # for the last positions: a machine with other work takes its wires for slow, and hears less often


@dataclass(frozen=True, slots=True)
class Recovery:
    """Say how long after the end of a fault (seconds) the last of all seats was as it should be."""

    level_s: float  # it has all that was written
    written_s: float  # and a command of its own is acknowledged
    whole_s: float  # and it sees all seats, hears their units, and has their photographs
    parts_s: dict[str, float] = field(default_factory=dict)
    pace_s: float = 1.0  # how often positions come at the seat whose wire is thought to be the slowest


class Storm:
    """Seats with their wires, and a desk that is not behind any."""

    def __init__(self, server: PostgresServer, folder: Path, *, seats: int, units: int = 60) -> None:
        base, schema = server.address().partition("?")[0], f"storm_{uuid.uuid4().hex[:8]}"
        prepare(base, schema=schema, key_folder=folder / "desk")
        user, _ = add_user(base, f"seat-{schema}", schema=schema)
        self.server, self.folder, self.user = server, folder, user
        self.address = make_conninfo(base, user=user)
        self.desk = Engine(PostgresLog(self.address, key_folder=folder / "desk"))
        for command in town.opening():
            self.desk.do(command)
        fleet = tuple(replace(town.UNITS[0], id=f"U{number:03d}") for number in range(units))
        self.desk.do(town.command(LoadRoster(replace(town.ROSTER, units=fleet), "fleet"), who=town.ADMINISTRATOR))
        for number in range(6):
            self.desk.do(town.command(ReportIncident("structure_fire", town.crossing(number % 3, number // 3))))
        self.kills = 0
        self.wires = [LossyProxy(server.port) for _ in range(seats)]
        self.seats = [self._seat(number) for number in range(seats)]
        for seat in self.seats:
            seat.start()
        for seat in self.seats:
            _hear(seat)

    def ask(self, order: str, seats: Iterable[Seat] | None = None) -> dict[str, dict[str, Any]]:
        """Give all seats an order at once; return their answers by name."""
        chosen = list(self.seats if seats is None else seats)
        for seat in chosen:
            seat.tell(order)
        return {seat.name: _hear(seat) for seat in chosen}

    def write(self, body: Body) -> int:
        """Have the desk write, as soon as the server takes it; return the entry's number."""
        command = town.command(body)
        while True:
            try:
                entry = self.desk.do(command)
            except NotSaved:
                time.sleep(0.02)
            else:
                assert entry is not None
                return entry.sequence

    def recover(self, over_s: float, *, but: Iterable[Seat] = ()) -> Recovery:
        """Wait until all seats are as they should be; `over_s` is when the fault was over (monotonic)."""
        since, seats = time.time(), [seat for seat in self.seats if seat not in tuple(but)]
        number = self.write(ReportIncident("structure_fire", town.crossing(1, 1)))
        levels = self.ask(f"level {number}", seats).values()
        self.desk.catch_up()
        names = ",".join(seat.name for seat in seats)
        wholes = list(self.ask(f"whole {names} {self.desk.state.sequence} {since}", seats).values())
        pace_s = max(each.pop("level_s") for each in wholes)
        parts_s = {part: max(each[part] for each in wholes) - over_s for part in wholes[0]}
        return Recovery(
            max(each["level_s"] for each in levels) - over_s,
            max(each["written_s"] for each in levels) - over_s,
            max(parts_s.values()),
            parts_s,
            pace_s,
        )

    def kill(self, seat: Seat) -> None:
        """Kill a seat and start it again at once."""
        seat.kill()
        seat.start()
        self.kills += 1

    def wait_for(self, seat: Seat) -> None:
        """Wait until a seat that was started again works as before."""
        _hear(seat)
        self.ask("work", [seat])

    @contextlib.contextmanager
    def cut(self, *numbers: int) -> Iterator[None]:
        """Cut the wires of some seats while the block runs."""
        for number in numbers:
            self.wires[number].cut()
        try:
            yield
        finally:
            for number in numbers:
                self.wires[number].mend()

    def check(self) -> History:
        """Say what the history holds once all rest: one log, one state, one picture of places and photographs."""
        self.ask("rest")
        self.desk.catch_up()
        wanted = self.desk.state.sequence, state_print(self.desk.state)
        asked: dict[str, dict[str, Any]] = {}
        answered: dict[str, dict[str, Any]] = {}
        for seat in self.seats:
            more_asked, more_answered = read_journal(self.folder / seat.name / "journal")
            asked |= more_asked
            answered |= more_answered
        found = check_history((row.body for row in self.desk.log.rows()), asked, answered)
        found.lost += [f"{command} was never answered" for command in asked.keys() - answered.keys()]
        for name, told in self.ask("sum").items():
            if (told["sequence"], told["print"]) != wanted:
                found.broken.append(f"{name} has another state than the desk")
            found.broken += [f"{name}: {each}" for each in told["wrong"]]
        found.broken += [each.text for each in self.desk.log.verify().problems]
        self._check_places(found)
        self._check_photographs(found)
        return found

    def figures(self) -> dict[str, dict[str, Any]]:
        """Return what each seat holds of the machine, while all rest."""
        return self.ask("figures")

    def connections(self) -> dict[str, int]:
        """Return how many connections the server holds by what they are for."""
        assert isinstance(self.desk.log, PostgresLog)
        with self.desk.log.connect("count") as line:
            rows = line.execute(
                "SELECT application_name, count(*) FROM pg_stat_activity WHERE usename = current_user "
                "AND pid <> pg_backend_pid() GROUP BY 1"
            ).fetchall()
        return {str(name): int(count) for name, count in rows}

    def close(self) -> None:
        for seat in self.seats:
            seat.kill()
        for wire in self.wires:
            wire.close()
        self.desk.log.close()

    def _check_places(self, found: History) -> None:
        """Hold each seat's picture against where the units' own seats know them to be, once all has come.

        Where a wire is taken for slow, a unit that has not moved on by so much is not told again.
        """
        until_s = time.monotonic() + PATIENCE_S
        while True:
            places = self.ask("places")
            own = {
                unit: at for name, seen in places.items() for unit, at in seen.items() if unit.partition(":")[0] == name
            }
            wrong = [
                f"{name} has {unit} {math.dist(at, seen[unit]):.0f} m off" if unit in seen else f"{name} lacks {unit}"
                for name, seen in places.items()
                for unit, at in own.items()
                if unit not in seen or math.dist(at, seen[unit]) > MOVED_M + 1
            ]
            if not wrong or time.monotonic() > until_s:
                found.broken += wrong
                return
            time.sleep(0.2)

    def _check_photographs(self, found: History) -> None:
        kept = self.ask("photographs")
        names: set[str] = set().union(*kept.values())
        found.broken += [f"{name} lacks photographs: {told}"[:200] for name, told in kept.items() if set(told) != names]
        room = RoomPhotographs(self.address)
        checked = room.check(names)
        room.close()
        spoilt = (*checked.missing, *checked.altered)
        found.lost += [f"the photograph {name[:12]} is not whole in the room" for name in spoilt]

    def _seat(self, number: int) -> Seat:
        name = f"seat-{number}"
        (folder := self.folder / name).mkdir()
        shutil.copytree(self.folder / "desk", folder / "keys", ignore=shutil.ignore_patterns("*.head"))
        address = make_conninfo(self.address, port=self.wires[number].port, connect_timeout=2)
        words = (sys.executable, "-m", "tests.dispatch.whole_seat", address, str(folder / "keys"), name, str(folder))
        return Seat(name, [*words])


@contextlib.contextmanager
def running_storm(server: PostgresServer, folder: Path, *, seats: int) -> Iterator[Storm]:
    """Run a room while the block runs."""
    storm = Storm(server, folder, seats=seats)
    try:
        storm.ask("work")
        yield storm
    finally:
        storm.close()


def _hear(seat: Seat) -> dict[str, Any]:
    said = seat.hear()
    assert said, f"{seat.name} is gone"
    answer: dict[str, Any] = json.loads(said)
    assert "failed" not in answer, f"{seat.name}: {answer}"
    return answer
