"""Incidents and responses of the past, as a file tells them: frozen records between its rows and the log."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import datetime

from dispatch.incident import Location
from dispatch.runcard import RunCards
from resources.unit import Roster

# Why an assignment ended, where the file does not say when it did; the instant is then not the file's.
SENT_ELSEWHERE, NOT_IN_FILE = "history_sent_elsewhere", "history_not_in_file"
# Given as the reason of an assignment whose dispatch is not in the file: `assigned_at` is then the first instant known.
NO_DISPATCH = "history_no_dispatch"
# Given as the text of a closing whose instant is not in the file.
CLOSING_ASSUMED = "history_closing_assumed"


@dataclass(frozen=True, slots=True)
class PastResponse:
    """One unit sent to one incident. `instants` (aware UTC) by names of `mapping.INSTANTS`; what is blank is not there.

    `row` is the number of its row in the file, from 1.
    """

    unit_id: str
    row: int
    instants: Map[str, datetime] = field(default_factory=dict)
    unit_kind: str = ""
    station: str = ""
    department: str = ""

    @property
    def began_at(self) -> datetime | None:
        """Return when it was dispatched, or the first instant that is known of it."""
        return self.instants.get("dispatched") or min(self.instants.values(), default=None)


@dataclass(frozen=True, slots=True)
class PastIncident:
    """One incident. `kind` and `disposition` are the file's words; priority None is its run card's.

    `caller` is a pseudonym, the same for the same caller; empty where the file names none.
    """

    name: str
    row: int
    kind: str
    location: Location
    received_at: datetime
    entered_at: datetime | None = None
    closed_at: datetime | None = None
    priority: int | None = None
    alarm_level: int = 1
    disposition: str = ""
    text: str = ""
    caller: str = ""
    channel: str = "phone"
    responses: tuple[PastResponse, ...] = ()

    @property
    def last_at(self) -> datetime:
        """Return the last instant that is known of it."""
        known = [at for each in self.responses for at in each.instants.values()]
        return max((self.received_at, *known, *(at for at in (self.entered_at, self.closed_at) if at is not None)))


@dataclass(frozen=True, slots=True)
class Past:
    """Hold all of a file's past in the order in which it began, with the roster and run cards learnt from it."""

    incidents: tuple[PastIncident, ...]
    roster: Roster = field(default_factory=Roster)
    cards: RunCards = field(default_factory=RunCards)
    kind_ids: Map[str, str] = field(default_factory=dict)
    city: str = ""
    time_zone: str = "UTC"
    close_after_min: float = 60.0
