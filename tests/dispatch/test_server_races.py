"""Seats that race, are killed and lose their server: nothing double, nothing lost, nothing written over unseen.

The whole of it, 500 units and a hundred rounds, is in `make bench`.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.dispatch.history import check_history
from tests.dispatch.seat_room import running_room
from tests.servers import PostgresServer


def test_seats_that_race_and_are_killed_and_lose_their_server_do_nothing_twice_and_lose_nothing(
    mortal: PostgresServer, tmp_path: Path
) -> None:
    with running_room(mortal.address(f"log_{uuid.uuid4().hex}"), tmp_path, seats=3, units=40) as room:
        back_s: list[float] = []

        def crash() -> None:
            time.sleep(0.1)
            mortal.crash()
            time.sleep(0.1)
            mortal.start()
            back_s.append(time.monotonic())

        room.race(0, kill=random.Random(7))
        room.race(1, meanwhile=crash)
        room.race(2)  # quick seats may have done with the one before while the server was down
        found = room.check()
        later_s = [each for each in room.answered() if each > back_s[0]]
    assert not found.faults
    assert found.assigned == 120 and found.refused > 0 and found.acknowledged >= found.assigned
    assert later_s, "they went on after the server was back"


def _entry(sequence: int, command: str, seat: str, *events: dict[str, Any]) -> bytes:
    told = [{"type": event["type"], "data": event} for event in events]
    return json.dumps({"sequence": sequence, "command_id": command, "seat": seat, "events": told}).encode()


SENT = {"type": "UnitAssigned", "unit_id": "E1", "assignment_id": "1/1"}
AGAIN = SENT | {"assignment_id": "2/1"}
FREE = {"type": "UnitReleased", "unit_id": "E1", "assignment_id": "1/1"}
FIRST, SECOND = ({"type": "PriorityChanged", "incident_id": 1} for _ in range(2))


@pytest.mark.parametrize(
    ("entries", "answered", "what"),
    [
        ([("a", "s1", SENT), ("b", "s2", FREE), ("c", "s2", AGAIN)], {}, None),
        ([("a", "s1", SENT), ("b", "s2", AGAIN)], {}, "double"),
        ([("a", "s1", SENT), ("a", "s1", FREE)], {}, "double"),
        ([("a", "s1", SENT)], {"b": {"sequence": 2}}, "lost"),
        ([("a", "s1", SENT)], {"a": {"sequence": 2}}, "lost"),
        ([("a", "s1", SENT)], {"a": {"refused": "unit_elsewhere"}}, "broken"),
        ([("a", "s1", FREE)], {}, "broken"),
        ([("a", "s1", FIRST), ("b", "s2", SECOND)], {}, "overwritten"),
        ([("a", "s1", FIRST), ("b", "s1", SECOND)], {}, None),
    ],
)
def test_the_checker_finds_what_is_wrong(
    entries: list[tuple[Any, ...]], answered: dict[str, dict[str, Any]], what: str | None
) -> None:
    asked = {command: {"based_on": 0} for command in "abc"}
    bodies = [_entry(number, *each) for number, each in enumerate(entries, 1)]
    found = check_history(bodies, asked, answered)
    wrong = [name for name in ("double", "lost", "overwritten", "broken") if getattr(found, name)]
    assert wrong == ([what] if what else [])
