"""Every number that the log gives is known as one, wherever it stands; what was there before keeps its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from dispatch import commands as c
from dispatch.commands import Body
from dispatch.duty import DutyState
from dispatch.duty_commands import DutyDraft, GiveDuties, LinkDuty
from dispatch.duty_events import DutyGiven
from dispatch.events import Event, IncidentReported, UnitAssigned
from dispatch.incident import Order, Perimeter, PerimeterKind
from dispatch.island.ids import FIELDS, FIELDS_OF, Ids, Unmapped, named_in, pairs_of
from tests.dispatch.town import crossing

# Whole numbers that name nothing that the log numbers.
PLAIN = {
    *("accounted", "after", "alarm_level", "count", "crew", "days", "dead", "delayed", "immediate", "level"),
    *("min_crew", "missing", "officers", "photos_after", "photos_before", "priority", "unhurt", "urgent", "way_ids"),
    *("from_hour", "to_hour", "from_min", "to_min", "night_from", "night_to", "years", "base_sequence"),
    *("entries", "taken", "already", "nothing", "refused", "left", "waiting", "runs", "number", "sequence"),
}


def _numbers(hint: Any, at: tuple[str, str] = ("", "")) -> Iterator[tuple[str, str]]:
    """Yield record and field of every whole number in a type, at any depth."""
    if get_origin(hint) in (Union, UnionType, tuple):
        for part in get_args(hint):
            if part is not ...:
                yield from _numbers(part, at)
    elif isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        for field in fields(hint):
            yield from _numbers(hints[field.name], (hint.__name__, field.name))
    elif hint is int:
        yield at


@pytest.mark.parametrize("union", [Body, Event], ids=["commands", "events"])
def test_every_whole_number_is_known_to_name_something_or_nothing(union: Any) -> None:
    found = {at for kind in get_args(union) for at in _numbers(kind)}
    unknown = [at for at in sorted(found) if at not in FIELDS_OF and at[1] not in FIELDS and at[1] not in PLAIN]
    assert unknown == [], "say in `island.ids` what this numbers, or here that it numbers nothing"
    assert not PLAIN & FIELDS.keys()


def _parted() -> Ids:
    """Return ids of an island that made incident 5, which is 7 in the room, and incident 6, which is not there."""
    ids = Ids()
    order = Order(5, "structure_fire", 1, "", "", 25.0, 60.0)
    fire = IncidentReported(5, "structure_fire", 1, 1, crossing(0, 0), "", "", c.datetime.min)
    sent = UnitAssigned("5/1", 5, "5/fire", "E1", "", order)
    joined = UnitAssigned("2/3", 2, "2/fire", "E2", "", order)
    ids.bear(11, (fire, sent))
    ids.bear(12, (IncidentReported(6, "structure_fire", 1, 1, crossing(0, 0), "", "", c.datetime.min),))
    ids.bear(13, (joined,))
    ids.bear(14, (DutyGiven(3, "cordon", "police", DutyState.GIVEN), DutyGiven(4, "tow", "police", DutyState.WAITING)))
    room = (
        IncidentReported(7, "structure_fire", 1, 1, crossing(0, 0), "", "", c.datetime.min),
        UnitAssigned("7/2", 7, "7/fire", "E1", "", order),
    )
    ids.learn(pairs_of((fire, sent), room))
    ids.learn(pairs_of((joined,), (UnitAssigned("2/9", 2, "2/fire", "E2", "", order),)))
    given = (DutyGiven(8, "cordon", "police", DutyState.GIVEN), DutyGiven(9, "tow", "police", DutyState.WAITING))
    ids.learn((("duty", 3, 8), ("duty", 4, 9)))
    assert pairs_of((DutyGiven(3, "", "", DutyState.GIVEN),), given) == (("duty", 3, 8),)
    return ids


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (c.AddNote(5, "x"), c.AddNote(7, "x")),
        (c.AddNote(2, "x"), c.AddNote(2, "x")),
        (c.AssignUnits(2, (c.Choice("E1", taken_from=5),)), c.AssignUnits(2, (c.Choice("E1", taken_from=7),))),
        (c.MoveOrder("5/1", c.OrderState.SENT), c.MoveOrder("7/2", c.OrderState.SENT)),
        (c.MoveOrder("2/3", c.OrderState.SENT), c.MoveOrder("2/9", c.OrderState.SENT)),
        (c.MoveOrder("2/1", c.OrderState.SENT), c.MoveOrder("2/1", c.OrderState.SENT)),
        (
            c.DrawPerimeter(Perimeter("ring", PerimeterKind.CORDON, ((25.0, 60.0),), 50.0, 5)),
            c.DrawPerimeter(Perimeter("ring", PerimeterKind.CORDON, ((25.0, 60.0),), 50.0, 7)),
        ),
        (LinkDuty(4, (3, 1)), LinkDuty(9, (8, 1))),
        (
            GiveDuties((DutyDraft("x", "fire", depends_on=(3,), after=(0,)),), 5),
            GiveDuties((DutyDraft("x", "fire", depends_on=(8,), after=(0,)),), 7),
        ),
        (Order(5, "x", 1, "", "", 0.0, 0.0), Order(7, "x", 1, "", "", 0.0, 0.0)),
        (c.RecordCall("call-1"), c.RecordCall("call-1")),
    ],
)
def test_what_the_island_numbered_is_called_as_in_the_room(here: object, there: object) -> None:
    assert _parted().translate(here) == there


def test_a_task_is_called_by_the_number_of_its_incident() -> None:
    assert (_parted().of("task", "5/fire"), _parted().of("task", "2/fire")) == ("7/fire", "2/fire")


def test_what_did_not_come_into_the_room_has_no_name_there() -> None:
    ids = _parted()
    with pytest.raises(Unmapped) as unmapped:
        ids.translate(c.AddNote(6, "x"))
    assert unmapped.value.named == ("incident", 6)
    assert ids.missing((c.AddNote(6, "x"), c.AddNote(5, "y"))) == (("incident", 6),)
    assert list(named_in(c.AssignUnits(6, (c.Choice("E1", taken_from=5),)))) == [("incident", 6), ("incident", 5)]


def test_what_the_room_made_meanwhile_is_told_from_what_the_island_brought() -> None:
    ids = _parted()
    assert [ids.is_of_room_alone("incident", number) for number in (4, 5, 6, 7, 8)] == [False, True, True, False, True]
