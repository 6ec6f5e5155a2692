"""A seat as a program: it races for units, retries what it was not answered, and keeps a journal that survives it.

`python -m tests.dispatch.seat_worker ADDRESS KEYS SEAT JOURNAL` reads orders, a line each, and answers each with one:
`race SEED FIRST LAST` (take every free unit for one of these incidents, in the order of SEED, and change priorities by
what was seen before), `sum` (a print of the state). What a killed program was not answered is asked again at its start,
under the same ids.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dispatch.commands import (
    AddNote,
    AssignUnits,
    Body,
    ChangePriority,
    Choice,
    CloseIncident,
    Command,
    ReportIncident,
    Who,
)
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.log import NotSaved, open_log
from dispatch.refused import Refused
from dispatch.state import State
from tests.dispatch import town

PATIENCE_S = 60.0


class Journal:
    """What a seat asked and was answered, one JSON a line, handed to the system before anything else happens."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def write(self, **line: object) -> None:
        os.write(self._file, json.dumps(line).encode() + b"\n")


def read_journal(path: Path) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return what was asked and what was answered, by the command's id."""
    asked: dict[str, dict[str, Any]] = {}
    answered: dict[str, dict[str, Any]] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        found = json.loads(line)
        (asked if "ask" in found else answered)[found["id"]] = found
    return asked, answered


def state_print(state: State) -> str:
    """Return a print of a state's content, whatever the order in which its maps were filled."""
    parts = {name: getattr(state, name) for name in state.__slots__}
    parts = {name: sorted(map(repr, part.items())) if hasattr(part, "items") else part for name, part in parts.items()}
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def body_of(kind: str, one: Any, other: Any) -> Body:
    """Return what is asked by the words of a journal's line."""
    match kind:
        case "assign":
            return AssignUnits(int(one), (Choice(other),))
        case "priority":
            return ChangePriority(int(one), int(other), "")
        case "report":
            return ReportIncident("structure_fire", town.crossing(int(one), int(other)))
        case "close":
            return CloseIncident(int(one), other, release_units=True)
    assert kind == "note"
    return AddNote(int(one), other)


def ask(
    do: Callable[[Command], Entry | None],
    journal: Journal,
    seat: str,
    line: dict[str, Any],
    *,
    patience_s: float = PATIENCE_S,
) -> None:
    """Give a command until it is answered, as a desk does whose store is away; keep the answer."""
    at = datetime.fromtimestamp(line["at"], UTC)
    command = Command(line["id"], at, Who(seat, "operator", "", seat), body_of(*line["ask"]), line["based_on"])
    until, pause_s = time.monotonic() + patience_s, 0.02
    while True:
        try:
            entry = do(command)
        except Refused as refused:
            journal.write(id=command.id, refused=refused.code, s=time.monotonic())
            return
        except NotSaved:
            if time.monotonic() > until:
                raise
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, 0.5)
        else:
            journal.write(id=command.id, sequence=entry.sequence if entry is not None else 0, s=time.monotonic())
            return


def race(engine: Engine, journal: Journal, seat: str, number: int, first: int, last: int) -> None:
    """Take what is free. Two seats and two have one order: they meet at every unit."""
    engine.catch_up()
    dice, mine = random.Random(number), random.Random(f"{seat}/{number}")
    seen, units = engine.state.sequence, sorted(engine.state.units)
    dice.shuffle(units)
    turn = int(seat.rpartition("-")[2]) // 2 * len(units) // 4
    for place, unit in enumerate((*units[turn:], *units[:turn])):
        if engine.state.units[unit].assignment_id:
            continue
        asks: list[tuple[str, int, object]] = [("assign", mine.randint(first, last), unit)]
        if place % 16 == 0:
            asks.append(("priority", mine.randint(first, last), mine.randint(1, 4)))
        for what in asks:
            line = {"id": f"{seat}/{number}/{what[0]}/{place}/{os.getpid()}", "ask": what, "based_on": seen}
            line["at"] = time.time()
            journal.write(**line)
            ask(engine.do, journal, seat, line)


def main() -> None:
    address, keys, seat, place = sys.argv[1:]
    asked, answered = read_journal(Path(place))
    journal = Journal(Path(place))
    engine = Engine(open_log(address, key_folder=Path(keys)))
    for each in asked.values():
        if each["id"] not in answered:
            ask(engine.do, journal, seat, each)
    say("ready")
    for order in sys.stdin:
        match order.split():
            case ["race", number, first, last]:
                race(engine, journal, seat, int(number), int(first), int(last))
                say("done")
            case ["sum"]:
                engine.catch_up()
                say(f"{engine.state.sequence} {state_print(engine.state)}")
    engine.log.close()


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
