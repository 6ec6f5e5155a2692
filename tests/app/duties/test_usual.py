"""Usual duties that are offered: those not given yet, with what they come after counted anew."""

from __future__ import annotations

from app.duties.usual import without
from dispatch.duty_commands import DutyDraft

A, B, C = (
    DutyDraft("a", "police", "a"),
    DutyDraft("b", "water", "b", after=(0,)),
    DutyDraft("c", "urban", "c", after=(0, 1)),
)


def test_places_are_counted_anew_where_one_is_left_out() -> None:
    left = without((A, B, C), {}, frozenset({"a"}))
    assert [(draft.code, draft.after) for draft in left] == [("b", ()), ("c", (0,))]


def test_what_is_given_already_is_waited_for_by_its_number() -> None:
    left = without((A, B, C), {"a": 7})
    assert [(draft.code, draft.after, draft.depends_on) for draft in left] == [("b", (), (7,)), ("c", (0,), (7,))]
    assert without((A, B, C), {"a": 7, "b": 8, "c": 9}) == ()
