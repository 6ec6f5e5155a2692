"""A log in which every text that anybody can type is hostile, in whatever command and field: told by trying each.

Of each command every text field, at any depth, is replaced by hostile words. Where the rules refuse it (a code, an id
of something that is not there) the field keeps what it was; where they take it, whatever names it later says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import Any

from dispatch import account_commands as a
from dispatch import case_commands as k
from dispatch import commands as c
from dispatch import desk_commands as desk
from dispatch import duty_commands as d
from dispatch import message_commands as msg
from dispatch.action_cards import ActionCards
from dispatch.case import BEFORE, CaseStage
from dispatch.commands import Body, Who
from dispatch.decide import decide
from dispatch.events import Entry
from dispatch.incident import Closure
from dispatch.major_commands import DeclareMajorIncident, LoadActionCards
from dispatch.refused import Refused
from dispatch.state import apply
from resources.status import Status
from tests.dispatch.account_town import CONSOLE, SECRET
from tests.dispatch.case_town import (
    ACCEPTOR,
    AREAS,
    CASE_ROSTER,
    COORDINATOR,
    DISPATCHER,
    MONDAY_TEN,
    OFFICER,
    STANDARDS,
    CaseStory,
    photo,
)
from tests.dispatch.major_story import CARDS, RING, WALK
from tests.dispatch.town import ADMINISTRATOR, OPERATOR, RUN_CARDS, SUPERVISOR, command, crossing

WORDS = (
    '=HYPERLINK("http://x";"y")'
    "<img src=x onerror=alert(1)></td></title><script>alert(2)</script>&lt;b&gt;"
    "<a href='javascript:alert(3)'>${7*7} {name} {{x}} %s `id` \u202e\u2066\x00\x1b[31m\ud800\u2028\r\n=1+1\t@SUM(A1)"
)
# What files call things; their ids and codes are checked where they are read.
NAMES = frozenset(
    {"name", "name_zh", "title", "title_zh", "text", "text_zh", "file_when", "file_when_zh", "close_when"}
)
# A zone is checked when a city is read, before a log is opened for it.
READ_BEFORE = frozenset({"time_zone"})
SETUP = (c.LoadRoster, c.LoadRunCards, k.LoadStandards, k.LoadAreas, LoadActionCards)


class HostileStory(CaseStory):
    """An afternoon of all departments: a major incident, cases, duties, messages, shifts; each word of it hostile."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.now = MONDAY_TEN
        self.said_instead: dict[str, str] = {}
        self.taken: set[tuple[str, str]] = set()
        super().__init__()
        self._afternoon()

    def do(self, body: Body, *, who: Who = OPERATOR, at: Any = None, based_on: int | None = None) -> Any:
        self.now += timedelta(seconds=1)
        body = self._hostile(_renamed(body, self.said_instead), who)
        asked = command(body, at=self.now, who=who)
        events = decide(self.state, asked)
        if events:
            entry = Entry(
                self.state.sequence + 1, asked.id, self.now, self.now, who.actor, who.role, who.department, who.seat,
                events,
            )  # fmt: skip
            self.entries.append(entry)
            self.state = apply(self.state, entry)
        return events

    def _hostile(self, body: Any, who: Who) -> Any:
        for path, old in list(_texts(body)):
            if old == WORDS or path[-1] in READ_BEFORE or (isinstance(body, SETUP) and _field(path) not in NAMES):
                continue
            tried = _put(body, path, WORDS)
            try:
                taken = decide(self.state, command(tried, at=self.now, who=who))
            except Refused:
                continue
            if taken:
                body = tried
                self.taken.add((type(body).__name__, _field(path)))
                if old and _field(path).endswith("_id") and not isinstance(body, SETUP):
                    self.said_instead[old] = WORDS
        return body

    def _afternoon(self) -> None:
        for body in (
            c.LoadRoster(CASE_ROSTER, "town"), c.LoadRunCards(RUN_CARDS, "town"), k.LoadStandards(STANDARDS, "town"),
            k.LoadAreas(AREAS, "town"), LoadActionCards(ActionCards(CARDS.cards), "town"),
        ):  # fmt: skip
            self.do(body, who=ADMINISTRATOR)
        self.fire("E1", "A1", "P1")
        for unit_id in ("E1", "A1"):
            self.do(c.ReportStatus(unit_id, Status.ON_SCENE, source="crew"))
        self.do(c.RecordCall("call", answered_at=self.now, text="smoke"))
        self.do(c.AttachCall("call", 1))
        self.do(c.AddNote(1, "seen"))
        self.do(c.CloseRoad(Closure("road", "LineString", ((25.0, 60.0), (25.01, 60.0)), (17,), "burst main")))
        self.do(DeclareMajorIncident(1))
        self.do(c.DrawPerimeter(RING))
        for body in WALK:
            self.try_to(body, OPERATOR)
        drafts = tuple(d.DutyDraft(f"shut {place}", "water", after=(0,) if place else ()) for place in range(3))
        self.do(d.GiveDuties(drafts, 1), who=COORDINATOR)
        self.do(d.AcceptDuty(1, "telephone"))
        self.do(d.ReportDutyDone(1, "shut", "telephone"))
        self.do(d.ConfirmDuty(1, "seen"))
        self.do(d.HandBackDuty(2, "not ours", "telephone"))
        self.do(d.NameLead(1, "police", "theirs"))
        self.do(msg.SendMessage("to all", incident_id=1, needs_receipt=True))
        self.do(msg.ReceiveMessage(1, msg.Addressee("department", "water"), "telephone"))
        for body in (
            desk.TakeIncident(1, "mine"), desk.HandOverIncident(1, "seat-2", "bela", "end of shift"),
            desk.WithdrawHandOver(1, "not yet"), desk.HandOverAll("seat-2", note="end of shift"),
            desk.GiveUpIncident(1, "too far"), desk.SetQueue("seat-1", ("fire",), ("centre",)),
        ):  # fmt: skip
            self.do(body)
        for place, stage in enumerate(CaseStage, start=1):
            if stage in (CaseStage.EMERGENCY, CaseStage.MERGED):
                continue
            self.report("rubbish", evidence=(photo(BEFORE),), text="rubbish", person_id="p1")
            self.walk(stage, place)
            for body in (k.AddCaseNote(place, "x"), k.TellReporter(place, "x")):
                self.do(body, who=ACCEPTOR)
        self.do(k.DisownCase(5, "not ours"), who=OFFICER)
        self.do(k.AppealCase(9, "rain"), who=OFFICER)
        self.do(k.ReadAppeal(9, "upheld", "so"), who=SUPERVISOR)
        self.do(k.EscalateCase(2, "burns", "structure_fire", 1), who=DISPATCHER)
        self.do(k.PauseCase(3, "citizen", "away"), who=ACCEPTOR)
        self.do(d.GiveDuties((d.DutyDraft("sweep", "urban"),), case_id=1), who=COORDINATOR)
        self.do(c.ReportIncident("burst_water_main", crossing(0, 1), text="water"))
        self.now += timedelta(hours=30)
        self.do(c.Tick(), who=Who("clock", "system", "", "system"))
        root = Who("root", "administrator", "", "seat-root")
        self.do(a.AddFirstAdministrator("root", "Root", ("administrator", "supervisor"), secret_id=SECRET), who=CONSOLE)
        self.do(a.SignIn("root", "administrator"), who=root)
        self.do(a.AddAccount("olga", "Olga", ("operator",), secret_id=SECRET), who=root)
        self.do(a.HandOver("all quiet"), who=root)
        self.do(a.DisableAccount("olga", "left"), who=root)
        self.do(a.RecordExport("figures", "october"), who=root)

    def try_to(self, body: Body, who: Who) -> None:
        """Ask for what may be refused since something has another name now."""
        with suppress(Refused):
            self.do(body, who=who)

    def fire(self, *unit_ids: str, at: Any = None) -> int:
        number = self.state.next_incident
        self.do(c.ReportIncident("structure_fire", crossing(1, 1), text="fire"))
        self.do(c.AssignUnits(number, tuple(c.Choice(unit_id) for unit_id in unit_ids)))
        return number


def _texts(record: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every text in a record with the way to it."""
    if isinstance(record, str):
        if not isinstance(record, Enum):
            yield path, record
    elif isinstance(record, tuple):
        for place, item in enumerate(record):
            yield from _texts(item, (*path, place))
    elif is_dataclass(record):
        for each in fields(record):
            yield from _texts(getattr(record, each.name), (*path, each.name))


def _put(record: Any, path: tuple[str | int, ...], words: str) -> Any:
    """Return a record with another text at the end of a way."""
    if not path:
        return words
    first, *rest = path
    if isinstance(first, int):
        return (*record[:first], _put(record[first], tuple(rest), words), *record[first + 1 :])
    return replace(record, **{first: _put(getattr(record, first), tuple(rest), words)})


def _renamed(body: Any, names: dict[str, str]) -> Any:
    """Return a command in which what has another name by now is called by it."""
    for path, old in list(_texts(body)):
        if old in names and _field(path).endswith("_id"):
            body = _put(body, path, names[old])
    return body


def _field(path: tuple[str | int, ...]) -> str:
    """Return the name of the field that a way leads to, or into."""
    return next((each for each in reversed(path) if isinstance(each, str)), "")
