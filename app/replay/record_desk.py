"""A desk on which a record is shown: all is seen, nothing can be done, and no way leads from it to the log."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from app.cases.docket import touched_cases
from app.desk import Desk
from app.parts.tally import touched
from dispatch.commands import Command, Who
from dispatch.events import Entry
from dispatch.refused import Refused
from dispatch.replay.record import Record
from dispatch.state import State

VIEWER = Who("", "observer", "", "replay")


class RecordDesk(Desk):
    """Carry the states of a record to the panels; every command is refused here, before any rule is asked."""

    is_record = True

    def __init__(self, record: Record, *, clock: Callable[[], datetime], language: str = "en") -> None:
        super().__init__(VIEWER, clock=clock)
        self.language = language
        self.people = record  # type: ignore[assignment] - it is only read
        self.submit = self._refuse

    def may(self, command: type) -> bool:
        return False

    def _refuse(self, command: Command) -> Future[Entry | None]:
        refused, future = Refused("is_record"), Future[Entry | None]()
        future.set_exception(refused)
        self.refused.emit(command, refused)
        return future


class RecordEngine:
    """Stand where the window expects an engine: it has the state on the screen and the record, and answers nothing."""

    def __init__(self, desk: RecordDesk, record: Record) -> None:
        self._desk, self.log = desk, record

    @property
    def state(self) -> State:
        """Return the state on the screen."""
        return self._desk.state

    def stop(self) -> None:
        """End nothing."""


class RecordBridge:
    """Stand where the window expects the wire to an engine; it leads to the desk's refusal."""

    def __init__(self, desk: RecordDesk) -> None:
        self.submit: Callable[[Command], Any] = desk.submit

    def close(self) -> None:
        """End nothing."""


def names_of(entry: Entry, state: State) -> tuple[frozenset[int], frozenset[int]]:
    """Return the incidents and the cases that an entry names, as the panels count them."""
    return touched(entry, state).incidents, touched_cases(entry) or frozenset()
