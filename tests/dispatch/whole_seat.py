"""A seat with all that a desk runs beside its engine, as a program that works on by itself through whatever happens.

`python -m tests.dispatch.whole_seat ADDRESS KEYS SEAT FOLDER` follows the room's log with a heartbeat, keeps its
presence, hands its units' positions out and hears the others', and shares photographs. It reads orders, a line each,
and answers each with a line of JSON. What a killed program was not answered is asked again at its start.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dispatch.commands import Command
from dispatch.engine import Engine
from dispatch.events import Entry, NoteAdded
from dispatch.follower import Follower
from dispatch.log import NotSaved
from dispatch.log_postgres import PostgresLog
from dispatch.room.blobs import RoomBlobs
from dispatch.room.heartbeat import Heartbeat
from dispatch.room.positions import PositionsReader, PositionsWriter, PracticeLog
from dispatch.room.presence import Here
from dispatch.room.presence_keeper import PresenceKeeper
from dispatch.room.shared_evidence import EvidenceAway, SharedEvidence, Where
from dispatch.state import State
from resources.position import Fix
from tests.dispatch.seat_worker import Journal, ask, read_journal, state_print

PATIENCE_S = 900.0  # the longest time that a wire is cut in the bench is ten minutes
UNITS, SPEED_MPS = 20, 20.0
METRES_A_DEGREE = 111_195.0
PHOTOGRAPH = "photograph "
SMALL, LARGE = 3_000, 1_300_000  # the large ones go in three pieces


class WholeSeat:
    """What one desk runs, and the work that it does."""

    def __init__(self, address: str, keys: Path, name: str, folder: Path) -> None:
        self.name, self._numbers = name, 0
        self._dice = random.Random(f"{name}/{os.getpid()}")
        self._journal = Journal(folder / "journal")
        self.wrong: list[str] = []
        self.engine = _joined(address, keys)
        log = self.log = self.engine.log
        assert isinstance(log, PostgresLog)
        self._told = self.engine.state.sequence
        self._named = {word for each in self.engine.state.incidents.values() for word in _named(each.notes)}
        self.store = SharedEvidence(folder / "photographs", RoomBlobs(lambda: log.connect("photographs"), seat=name))
        self.engine.subscribe(self._on_entry)
        self.fixes: dict[str, Fix] = {}
        self.follower = Follower(self.engine)
        self.heartbeat = Heartbeat(
            log,
            on_answer=self.follower.see,
            on_silence=lambda: self.follower.give_up("timeout"),
            on_drift=lambda ahead_s: None,
        )
        self.presence = PresenceKeeper(log)
        self.writer = PositionsWriter(PracticeLog(log), name)
        self.reader = PositionsReader(log, self._take, but=self.writer.id)
        self._works, self._drives, self._is_idle = threading.Event(), threading.Event(), threading.Event()
        self._asking = threading.Lock()

    def start(self, unanswered: list[dict[str, Any]]) -> None:
        self.engine.start()
        self.follower.start()
        self.heartbeat.start()
        for line in unanswered:
            self._ask(line)
        self.presence.say(Here(self.name, self.name, "operator"))
        self.presence.start()
        self.store.start(self._named)
        self.reader.start()
        self.writer.start()
        for run in (self._work, self._drive):
            threading.Thread(target=run, daemon=True).start()

    # What it does by itself.

    def _work(self) -> None:
        while True:
            self._is_idle.set()
            self._works.wait()
            self._is_idle.clear()
            state = self.engine.state
            incidents = list(state.open_incidents)
            free = [unit for unit, each in state.units.items() if not each.assignment_id]
            what = self._dice.random()
            if what < 0.45 and free and incidents:
                self.ask("assign", self._dice.choice(incidents), self._dice.choice(free))
            elif what < 0.65 and incidents:
                self.ask("priority", self._dice.choice(incidents), self._dice.randint(1, 4))
            elif what < 0.75 or len(incidents) < 4:
                self.ask("report", self._dice.randrange(3), self._dice.randrange(3))
            elif what < 0.85 and len(incidents) > 8:
                self.ask("close", self._dice.choice(incidents), "extinguished")
            elif what < 0.9:
                self.photograph(LARGE if self._dice.random() < 0.03 else SMALL)
            else:
                self.ask("note", self._dice.choice(incidents), f"{self.name} says {what}")
            self.presence.say(
                Here(self.name, self.name, "operator", incident_id=self._dice.choice(incidents or [None]))
            )
            time.sleep(self._dice.uniform(0.05, 0.25))

    def _drive(self) -> None:
        while True:
            self._drives.wait()
            at = datetime.fromtimestamp(round(time.time(), 2), UTC)
            turn = at.timestamp() * SPEED_MPS / 300  # round and round, 300 m from the middle
            north, east = 0.0027 * math.sin(turn), 0.0054 * math.cos(turn)
            fixes = [
                Fix(f"{self.name}:{number}", 24.9 + east, 60.1 + number / 1e3 + north, at, at)
                for number in range(UNITS)
            ]
            self._take(fixes)
            self.writer.give(fixes)
            self._has_all_photographs()
            time.sleep(0.5)

    def photograph(self, size: int) -> None:
        """Take a photograph in, then say so in the log."""
        content = b"\xff\xd8\xff" + random.randbytes(size)
        name = hashlib.sha256(content).hexdigest()
        self.store._keep(name, content)  # it comes from no camera: nothing of it is to be taken out first
        self.ask("note", next(iter(self.engine.state.incidents)), PHOTOGRAPH + name)

    def ask(self, *what: object) -> None:
        with self._asking:
            self._numbers += 1
            id = f"{self.name}/{os.getpid()}/{self._numbers}"
        line = {"id": id, "ask": what, "based_on": self.engine.state.sequence, "at": time.time()}
        self._journal.write(**line)
        self._ask(line)

    def _ask(self, line: dict[str, Any]) -> None:
        def do(command: Command) -> Entry | None:
            return self.engine.submit(command).result(timeout=60)

        ask(do, self._journal, self.name, line, patience_s=PATIENCE_S)

    def _on_entry(self, entry: Entry, state: State) -> None:
        if entry.sequence != self._told + 1:
            self.wrong.append(f"entry {entry.sequence} was told behind {self._told}")
        self._told = entry.sequence
        named = _named(event for event in entry.events if isinstance(event, NoteAdded))
        if named:
            self._named |= named
            self.store.name(named, entry.seat)

    def _take(self, fixes: list[Fix]) -> None:
        for fix in fixes:
            known = self.fixes.get(fix.unit_id)
            if known is None or known.fixed_at < fix.fixed_at:
                self.fixes[fix.unit_id] = fix

    # What it is asked.

    def level(self, sequence: str) -> dict[str, Any]:
        """Wait until the state reaches an entry, and have a command of its own written; say when that was."""
        _wait(lambda: self.engine.state.sequence >= int(sequence))
        level_s = time.monotonic()
        self.photograph(SMALL)
        return {"level_s": level_s, "written_s": time.monotonic()}

    def whole(self, others: str, sequence: str, since: str) -> dict[str, Any]:
        """Wait until all that runs beside the engine is as it should be; say when each of it was."""
        wanted, at = set(others.split(",")) - {self.name}, datetime.fromtimestamp(float(since), UTC)
        _wait(lambda: self.engine.state.sequence >= int(sequence))
        parts: dict[str, Callable[[], bool]] = {
            "follower": lambda: self.follower.picture.is_connected and self.engine.is_saved,
            "presence": lambda: self._sees(wanted),
            "positions": lambda: self._hears(wanted, at),
            "photographs": self._has_all_photographs,
        }
        found: dict[str, float] = {}

        def are_all_well() -> bool:
            for part, is_well in parts.items():
                if part not in found and is_well():
                    found[part] = time.monotonic()
            return len(found) == len(parts)

        _wait(are_all_well, every_s=0.1)  # to look at a thousand photographs costs what is looked for
        return found | {"level_s": self.reader.picture.level_s}

    def rest(self) -> dict[str, Any]:
        """Stop working, and driving."""
        self._works.clear()
        self._drives.clear()
        _wait(self._is_idle.is_set)
        return {}

    def work(self) -> dict[str, Any]:
        self._works.set()
        self._drives.set()
        return {}

    def sum(self) -> dict[str, Any]:
        self.engine.catch_up()
        return {"sequence": self.engine.state.sequence, "print": state_print(self.engine.state), "wrong": self.wrong}

    def figures(self) -> dict[str, Any]:
        """Say how much of the machine it holds."""
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        names = sorted(thread.name for thread in threading.enumerate())
        handles = len(list(Path("/proc/self/fd").iterdir()))
        return {"threads": names, "handles": handles, "mb": pages * os.sysconf("SC_PAGE_SIZE") / 1e6}

    def places(self) -> dict[str, Any]:
        """Say where each unit is, in metres north of the equator and east of Greenwich."""
        return {
            unit: (fix.lat * METRES_A_DEGREE, fix.lon * METRES_A_DEGREE * math.cos(math.radians(fix.lat)))
            for unit, fix in sorted(self.fixes.items())
        }

    def photographs(self) -> dict[str, Any]:
        """Read all photographs once they are here, held against their names."""
        _wait(self._has_all_photographs)
        return {name: len(self.store.read(name)) for name in sorted(self._named)}

    def _sees(self, wanted: set[str]) -> bool:
        room = self.presence.room
        return room.is_connected and wanted <= {each.seat for each in room.others if not each.is_stale}

    def _hears(self, wanted: set[str], at: datetime) -> bool:
        heard = {unit.partition(":")[0] for unit, fix in tuple(self.fixes.items()) if fix.fixed_at > at}
        return wanted <= heard and self.reader.picture.is_connected and not self.writer.code

    def _has_all_photographs(self) -> bool:
        """Ask for what is not here; tell whether all is, and in the room."""
        away = [name for name in tuple(self._named) if self.store.standing(name).where is not Where.HERE]
        for name in away:
            with contextlib.suppress(EvidenceAway):
                if not self.store.holds(name):
                    self.store.read(name)
        return not away


def _named(notes: Any) -> set[str]:
    return {each.text.removeprefix(PHOTOGRAPH) for each in notes if each.text.startswith(PHOTOGRAPH)}


def _joined(address: str, keys: Path) -> Engine:
    """Join the room, as soon as its server lets us."""
    while True:
        try:
            log = PostgresLog(address, key_folder=keys)
        except NotSaved:
            time.sleep(0.2)
            continue
        try:
            return Engine(log)
        except NotSaved:
            log.close()


def _wait(is_so: Callable[[], bool], *, every_s: float = 0.01) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > until_s:
            raise TimeoutError("it never came to that")
        time.sleep(every_s)


def main() -> None:
    address, keys, name, folder = sys.argv[1:]
    asked, answered = read_journal(Path(folder) / "journal")
    seat = WholeSeat(address, Path(keys), name, Path(folder))
    seat.start([each for each in asked.values() if each["id"] not in answered])
    _say({"ready": True})
    for order in sys.stdin:
        what, *words = order.split()
        try:
            _say(getattr(seat, what)(*words))
        except Exception as error:
            _say({"failed": f"{what}: {error!r}"})


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
