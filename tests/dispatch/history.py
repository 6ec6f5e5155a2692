"""A checker of what seats did together: it reads the rows of a log by itself and knows nothing of `decide` or the fold.

A race is right when every unit is on one open assignment at most at any entry, every acknowledged command stands in the
log exactly once and where the seat was told, no refused one does, and nobody's change was written over by somebody who
had not seen it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class History:
    """Count what is wrong with a history; all of it is empty where nothing is."""

    entries: int = 0
    acknowledged: int = 0
    refused: int = 0
    assigned: int = 0
    double: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        return [*self.double, *self.lost, *self.overwritten, *self.broken]


def check_history(
    bodies: Iterable[bytes], asked: Mapping[str, dict[str, Any]], answered: Mapping[str, dict[str, Any]]
) -> History:
    """Walk through the bytes of all entries, from the first, beside what all seats' journals say."""
    found = History()
    open_of: dict[str, str] = {}
    where: dict[str, int] = {}
    changes: dict[int, list[tuple[int, str]]] = {}
    for sequence, body in enumerate(bodies, 1):
        entry = json.loads(body)
        found.entries += 1
        command, seat = entry["command_id"], entry["seat"]
        if entry["sequence"] != sequence:
            found.broken.append(f"entry {sequence} says that it is {entry['sequence']}")
        if command in where:
            found.double.append(f"{command} is entry {where[command]} and entry {sequence}")
        where[command] = sequence
        for event in entry["events"]:
            kind, event = event["type"], event["data"]
            if kind == "UnitAssigned":
                unit, binding = event["unit_id"], event["assignment_id"]
                if unit in open_of:
                    found.double.append(f"entry {sequence} sends {unit}, which is on {open_of[unit]}")
                open_of[unit] = binding
                found.assigned += 1
            elif kind == "UnitReleased":
                if open_of.pop(event["unit_id"], "") != event["assignment_id"]:
                    found.broken.append(f"entry {sequence} releases {event['unit_id']} from what it is not on")
            elif kind == "PriorityChanged":
                seen = asked[command]["based_on"] if command in asked else sequence - 1
                for earlier, by in changes.setdefault(event["incident_id"], []):
                    if by != seat and earlier > seen:
                        found.overwritten.append(f"entry {sequence} writes over entry {earlier}, unseen by {seat}")
                changes[event["incident_id"]].append((sequence, seat))
    for command, answer in answered.items():
        if "refused" in answer:
            found.refused += 1
            if command in where:
                found.broken.append(f"{command} was refused, and is entry {where[command]}")
        elif answer["sequence"]:
            found.acknowledged += 1
            if where.get(command) != answer["sequence"]:
                found.lost.append(f"{command} was told that it is entry {answer['sequence']}: {where.get(command)}")
    return found
