"""A mapping changed by hand: one column for a field, or several joined, and none where nobody wants it."""

from __future__ import annotations

from app.history_in.draft import Draft, Meaning
from dispatch.history.mapping import Mapping

COLUMNS = ("Number", "Date", "Time", "Called", "Wait", "Unit")


def draft() -> Draft:
    mapping = Mapping(
        "calls", {"incident": (("Number",),), "received": (("Called",),), "unit": (("Unit",),)},
        seconds={"on_scene": ("WAIT", "received")},
    )  # fmt: skip
    return Draft(COLUMNS, mapping)


def test_it_says_what_each_column_is_taken_for() -> None:
    assert draft().meanings() == {
        "Number": (Meaning("incident"),), "Called": (Meaning("received"),), "Unit": (Meaning("unit"),),
        "Wait": (Meaning("on_scene", True),),
    }  # fmt: skip


def test_a_column_takes_over_from_the_one_that_was() -> None:
    changed = draft().give("Date", "received")
    assert changed.columns_of("received") == ("Date",)
    assert "Called" not in changed.meanings() and changed.by_hand == {"received"}


def test_columns_are_joined_in_the_order_that_they_were_given_in() -> None:
    joined = draft().give("Date", "received").give("Time", "received", joined=True)
    assert joined.columns_of("received") == ("Date", "Time")
    assert joined.leave("Date").columns_of("received") == ("Time",)


def test_a_column_that_is_given_again_is_no_longer_what_it_was() -> None:
    changed = draft().give("Unit", "station")
    assert changed.meanings()["Unit"] == (Meaning("station"),) and not changed.columns_of("unit")
    assert changed.by_hand == {"unit", "station"}


def test_seconds_give_way_to_an_instant_of_its_own() -> None:
    assert draft().give("Time", "on_scene").mapping.seconds == {}
    left = draft().leave("Wait")
    assert left.mapping.seconds == {} and left.by_hand == {"on_scene"}


def test_only_what_can_be_joined_is_offered_so_and_only_where_there_is_something_to_join_to() -> None:
    offered = draft().choices("Date")
    assert ("received", True) in offered and ("unit", False) in offered
    assert ("unit", True) not in offered and ("dispatched", True) not in offered
    assert ("received", True) not in draft().choices("Called")
