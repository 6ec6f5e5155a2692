"""A room of seats, each a program of its own, that race, are killed, come back, and are checked by their history."""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dispatch.commands import CloseIncident, LoadRoster, ReportIncident
from dispatch.engine import Engine
from dispatch.log import open_log
from resources.unit import Unit
from tests.dispatch import town
from tests.dispatch.history import History, check_history
from tests.dispatch.seat_worker import read_journal, state_print

ROOT = Path(__file__).resolve().parent.parent.parent
INCIDENTS = 6


@dataclass
class Seat:
    """One program and what it is called."""

    name: str
    command: list[str]
    program: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.program = subprocess.Popen(
            self.command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def tell(self, order: str) -> None:
        assert self.program is not None and self.program.stdin is not None
        self.program.stdin.write(order + "\n")

    def hear(self) -> str:
        assert self.program is not None and self.program.stdout is not None
        return self.program.stdout.readline().strip()

    def kill(self) -> None:
        if self.program is not None:
            self.program.kill()
            self.program.communicate()


class Room:
    """Seats on one log, with a desk of its own that reports incidents and closes them."""

    def __init__(self, address: str, folder: Path, *, seats: int, units: int) -> None:
        self.address, self.folder = address, folder
        self.desk = Engine(open_log(address, key_folder=folder / "desk"))
        for command in town.opening():
            self.desk.do(command)
        pattern = town.UNITS[0]
        fleet = tuple(replace(pattern, id=f"U{number:03d}") for number in range(units))
        self.desk.do(town.command(_loaded(fleet), who=town.ADMINISTRATOR))
        self.seats = []
        for number in range(seats):
            name = f"seat-{number}"
            shutil.copytree(folder / "desk", folder / name, ignore=shutil.ignore_patterns("*.head"))
            words = [sys.executable, "-m", "tests.dispatch.seat_worker", address]
            self.seats.append(Seat(name, [*words, str(folder / name), name, str(self._journal(name))]))
        for seat in self.seats:
            seat.start()
        for seat in self.seats:
            assert seat.hear() == "ready"

    def race(self, number: int, *, kill: random.Random | None = None, meanwhile: Any = None) -> None:
        """Let all seats race once; kill one of them on the way where there are dice for it."""
        first = self.desk.state.next_incident
        for each in range(INCIDENTS):
            self.desk.do(town.command(ReportIncident("structure_fire", town.crossing(each % 3, each // 3))))
        for seat in self.seats:
            seat.tell(f"race {number} {first} {first + INCIDENTS - 1}")
        victim = None
        if kill is not None:
            time.sleep(kill.uniform(0.0, 0.4))
            victim = kill.choice(self.seats)
            victim.kill()
            victim.start()  # at once, while the others go on
        if meanwhile is not None:
            meanwhile()
        for seat in self.seats:
            said = seat.hear()
            assert said == ("ready" if seat is victim else "done"), f"{seat.name} said {said!r}"
        self.desk.catch_up()
        for incident in range(first, first + INCIDENTS):
            self.desk.do(town.command(CloseIncident(incident, "extinguished", release_units=True)))

    def check(self) -> History:
        """Say what the history holds; the seats' states and the desk's must be one, and the chain whole."""
        self.desk.catch_up()
        wanted = f"{self.desk.state.sequence} {state_print(self.desk.state)}"
        for seat in self.seats:
            seat.tell("sum")
        sums = {seat.name: seat.hear() for seat in self.seats}
        asked, answered = self.journals()
        found = check_history((row.body for row in self.desk.log.rows()), asked, answered)
        found.lost += [f"{command} was never answered" for command in asked.keys() - answered.keys()]
        found.broken += [f"{name} has another state than the desk" for name, each in sums.items() if each != wanted]
        if state_print(Engine(self.desk.log).state) != wanted.split()[1]:
            found.broken.append("the log read anew is another state")
        found.broken += [each.text for each in self.desk.log.verify().problems]
        return found

    def journals(self) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
        """Return what all seats asked and were answered so far, by the command's id."""
        asked: dict[str, dict[str, Any]] = {}
        answered: dict[str, dict[str, Any]] = {}
        for seat in self.seats:
            more_asked, more_answered = read_journal(self._journal(seat.name))
            asked |= more_asked
            answered |= more_answered
        return asked, answered

    def answered(self) -> list[float]:
        """Return when commands were answered, by the machine's monotonic clock."""
        journals = [read_journal(self._journal(seat.name))[1] for seat in self.seats]
        return sorted(each["s"] for journal in journals for each in journal.values())

    def close(self) -> None:
        for seat in self.seats:
            seat.kill()
        self.desk.log.close()

    def _journal(self, name: str) -> Path:
        return self.folder / f"{name}.jsonl"


@contextlib.contextmanager
def running_room(address: str, folder: Path, *, seats: int, units: int) -> Iterator[Room]:
    """Run a room while the block runs."""
    room = Room(address, folder, seats=seats, units=units)
    try:
        yield room
    finally:
        room.close()


def _loaded(fleet: tuple[Unit, ...]) -> LoadRoster:
    return LoadRoster(replace(town.ROSTER, units=fleet), "fleet")
