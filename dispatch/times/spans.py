"""The intervals between the instants of responses and incidents: how long, or why that is not known.

An interval is blank where an instant of it is missing, and where it would be below zero; a blank is never counted.

| interval        | of a response                          | of an incident                                        |
| --------------- | -------------------------------------- | ----------------------------------------------------- |
| call_processing | received to assigned                   | received to the first assigned                        |
| turnout         | assigned to en route                   | that of the unit that arrived first                   |
| travel          | en route to on scene                   | that of the unit that arrived first                   |
| response        | received to on scene                   | received to the first on scene                        |
| on_scene        | on scene to leaving it                 | the first on scene to the last of those leaving       |
| total           | received to released                   | received to the last released                         |

A unit leaves the scene when it transports, else when it is released. What was sent after an incident was opened again
has no call of its own: it counts with what it did itself, and not for the incident.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from dispatch.figures.facts import NO_CODE
from dispatch.times.table import BLANK, TimesTable

INTERVALS = ("call_processing", "turnout", "travel", "response", "on_scene", "total")
RESPONSE, INCIDENT = "response", "incident"
SCOPES = (RESPONSE, INCIDENT)
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
_LATEST = np.iinfo(np.int64).max


class Why(IntEnum):
    """Say why an interval is blank: in this order where several hold."""

    MEASURED = 0
    REOPENED = 1  # sent after the incident was opened again: there is no call to count from
    NOT_YET = 2  # still under way
    NOT_REPORTED = 3  # over, and what ends the interval is not in the log
    NO_START = 4  # what begins it is not in the log
    NEGATIVE = 5  # it would be below zero


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Hold every interval of all responses, or of all incidents.

    seconds: float64 (rows, 6), NaN where blank; why: int8 (rows, 6) of `Why`; raw: float64 (rows, 6), what a negative
    one would be, NaN elsewhere. incident: int64 (rows,), places in the table's incidents. response: int64 (rows,), the
    response itself, or the incident's first to arrive, else its first to be sent; NO_CODE where nobody was sent.
    """

    seconds: NDArray[np.float64]
    why: NDArray[np.int8]
    raw: NDArray[np.float64]
    incident: Rows
    response: Rows


def response_spans(table: TimesTable) -> Spans:
    """Return the intervals of every response whose incident is known."""
    place = table.responses("incident")
    rows = np.flatnonzero(place != NO_CODE)
    incident = place[rows].astype(np.int64)
    assigned, en_route, on_scene, transporting, arrived, released = (
        table.responses(name)[rows]
        for name in ("assigned", "en_route", "on_scene", "transporting", "at_destination", "released")
    )
    received = table.incidents("received")[incident]
    is_again = _is_again(table, rows)
    left = np.where(transporting != BLANK, transporting, np.where(arrived != BLANK, BLANK, released))
    is_open = table.responses("is_open")[rows]
    is_gone = (transporting != BLANK) | (arrived != BLANK)
    never = np.zeros(len(rows), np.bool_)
    parts = (
        (received, assigned, never, is_again),
        (assigned, en_route, is_open & (on_scene == BLANK) & ~is_gone, never),
        (en_route, on_scene, is_open & ~is_gone, never),
        (received, on_scene, is_open & ~is_gone, is_again),
        # Who never arrived and is released has no time on scene to report.
        (on_scene, np.where((on_scene == BLANK) & ~is_open, BLANK, left), is_open & (arrived == BLANK), never),
        (received, released, is_open, is_again),
    )
    return _spans(parts, incident, rows)


def incident_spans(table: TimesTable, responses: Spans) -> Spans:
    """Return the intervals of every incident; `responses` are those of the same table."""
    count = len(table.incidents("number"))
    own = np.arange(count)
    received = table.incidents("received")
    is_own = ~_is_again(table, responses.response)
    rows, incident = responses.response[is_own], responses.incident[is_own]
    assigned, on_scene, released = (table.responses(name)[rows] for name in ("assigned", "on_scene", "released"))
    is_open = table.responses("is_open")[rows]
    first_sent = first_of(incident, assigned, count)
    first_there = first_of(incident, on_scene, count)
    at_assigned, at_scene = _taken(assigned, first_sent), _taken(on_scene, first_there)
    any_open = np.bincount(incident[is_open], minlength=count) > 0
    nobody = np.bincount(incident, minlength=count) == 0
    waits = table.incidents("is_open") | any_open
    own_spans = responses.seconds[is_own], responses.why[is_own], responses.raw[is_own]
    there = on_scene != BLANK
    left, is_left_blank = _last(incident[there], _left(table, rows[there]), count)
    last, is_last_blank = _last(incident, released, count)
    last[nobody] = left[first_there == NO_CODE] = BLANK
    left[is_left_blank] = last[is_last_blank] = BLANK
    never = np.zeros(count, np.bool_)
    is_pending = any_open | (nobody & waits)
    made = _spans(
        (
            (received, at_assigned, nobody & waits, never),
            (received, received, never, never),
            (received, received, never, never),
            (received, at_scene, waits, never),
            (at_scene, np.where(at_scene == BLANK, BLANK, left), np.where(at_scene == BLANK, waits, any_open), never),
            (received, last, is_pending, never),
        ),
        own,
        np.full(count, NO_CODE, np.int64),
    )
    for column in (1, 2):
        _take_from_first(made, column, own_spans, first_there, waits)
    lead = np.where(first_there != NO_CODE, first_there, first_sent)
    if len(rows):
        lead = np.where(lead == NO_CODE, first_of(incident, np.zeros(len(rows), np.int64), count), lead)
        made.response[:] = np.where(lead == NO_CODE, NO_CODE, rows[lead])
    return made


def first_of(incident: Rows, at: Rows, count: int) -> Rows:
    """Return, of each of `count` incidents, the place of the row with the earliest instant; NO_CODE where none has."""
    known = np.flatnonzero(at != BLANK)
    order = known[np.lexsort((known, at[known], incident[known]))]
    found = np.full(count, NO_CODE, np.int64)
    if len(order):
        is_first = np.concatenate(([True], incident[order][1:] != incident[order][:-1]))
        found[incident[order[is_first]]] = order[is_first]
    return found


def _take_from_first(
    made: Spans, column: int, own: tuple[NDArray[np.float64], NDArray[np.int8], NDArray[np.float64]],
    first: Rows, waits: Mask,
) -> None:  # fmt: skip
    seconds, why, raw = own
    is_there = first != NO_CODE
    made.seconds[:, column] = np.nan
    made.seconds[is_there, column] = seconds[first[is_there], column]
    made.why[:, column] = np.where(waits, Why.NOT_YET, Why.NOT_REPORTED)
    made.why[is_there, column] = why[first[is_there], column]
    made.raw[is_there, column] = raw[first[is_there], column]


def _left(table: TimesTable, rows: Rows) -> Rows:
    transporting, arrived = table.responses("transporting")[rows], table.responses("at_destination")[rows]
    released = table.responses("released")[rows]
    left: Rows = np.where(transporting != BLANK, transporting, np.where(arrived != BLANK, BLANK, released))
    return left


def _last(incident: Rows, at: Rows, count: int) -> tuple[Rows, Mask]:
    """Return the last instant of each incident, and for which one of them is blank."""
    last = np.full(count, BLANK, np.int64)
    np.maximum.at(last, incident, at)
    return last, np.bincount(incident[at == BLANK], minlength=count) > 0


def _taken(at: Rows, places: Rows) -> Rows:
    found = np.full(len(places), BLANK, np.int64)
    is_there = places != NO_CODE
    found[is_there] = at[places[is_there]]
    return found


def _is_again(table: TimesTable, rows: Rows) -> Mask:
    """Tell which responses were sent after their incident was opened again."""
    reopened = table.incidents("reopened")[table.responses("incident")[rows]]
    assigned = table.responses("assigned")[rows]
    is_again: Mask = (reopened != BLANK) & (assigned != BLANK) & (assigned >= reopened)
    return is_again


def _spans(parts: tuple[tuple[Rows, Rows, Mask, Mask], ...], incident: Rows, response: Rows) -> Spans:
    """Measure intervals from (begins, ends, is still under way where its end is blank, has no beginning)."""
    shape = len(incident), len(parts)
    seconds, raw, why = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, np.int8)
    for column, (begins, ends, is_open, is_again) in enumerate(parts):
        is_known = (begins != BLANK) & (ends != BLANK) & ~is_again
        took = np.full(len(incident), np.nan)
        took[is_known] = (ends[is_known] - begins[is_known]) / 1e6
        is_below = took < 0
        raw[is_below, column] = took[is_below]
        took[is_below] = np.nan
        seconds[:, column] = took
        why[:, column] = np.select(
            [is_again, (ends == BLANK) & is_open, ends == BLANK, begins == BLANK, is_below],
            [Why.REOPENED, Why.NOT_YET, Why.NOT_REPORTED, Why.NO_START, Why.NEGATIVE],
            Why.MEASURED,
        )
    return Spans(seconds, why, raw, incident, response)
