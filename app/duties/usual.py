"""The usual duties of the incident or case in hand, those left out that were given already; read once, in a job."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app import jobs
from app.cases.words import limit_words
from app.desk import Desk
from app.wording import listed, one_line
from dispatch.duty import Duty, DutyState
from dispatch.duty_commands import DutyDraft
from dispatch.duty_templates import UsualDuties, draft_usual

if TYPE_CHECKING:
    from gis.city import City


class Usual(QObject):
    """Draft the usual duties for what is in hand; `changed` tells that the city's file was read."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._usual: UsualDuties | None = None
        self._is_reading = False
        self._drafts: tuple[DutyDraft, ...] = ()

    def take(self, usual: UsualDuties) -> None:
        """Take usual duties that somebody has read."""
        self._usual = usual
        self._is_reading = False
        self.changed.emit()

    def read(self) -> None:
        """Read the city's file, or the shipped one, once; a file that is wrong gives none, and the desk says so."""
        city, cards = self._desk.city, self._desk.state.run_cards
        if self._usual is not None or self._is_reading:
            return
        self._is_reading = True

        def work(job: jobs.Job) -> UsualDuties:
            return _read(city, cards)

        def failed(problem: BaseException) -> None:
            self._usual, self._is_reading = UsualDuties(), False
            self._desk.said.emit("warning", one_line(problem, 300))

        jobs.start(work, done=self.take, failed=failed)

    def prepare(self, kind: str, lead: str, given: tuple[Duty, ...]) -> None:
        """Draft what is usual for a kind of incident and is not given yet; what a draft waits for may be given."""
        usual = self._usual
        if usual is None or not kind:
            self._drafts = ()
            return
        departments = tuple(self._desk.state.departments.values())
        drafts = draft_usual(usual, kind, departments, language=self._desk.language, lead=lead).drafts
        there = {duty.code: duty.id for duty in given if duty.code and duty.state is not DutyState.CANCELLED}
        self._drafts = without(drafts, there)

    def drafts(self) -> tuple[DutyDraft, ...]:
        """Return what was drafted."""
        return self._drafts

    def after_words(self, draft: DutyDraft) -> str:
        """Name the drafts that a draft comes after."""
        return listed((one_line(self._drafts[place].text, 40) for place in draft.after), self._desk.language)

    def limit_words(self, draft: DutyDraft) -> str:
        """Word the limit of a draft."""
        return limit_words(draft.limit, self._desk.language) if draft.limit is not None else ""


def without(
    drafts: tuple[DutyDraft, ...], there: dict[str, int], left_out: frozenset[str] = frozenset()
) -> tuple[DutyDraft, ...]:
    """Return the drafts that are neither there already (code: number) nor left out, with their places counted anew."""
    kept = [draft for draft in drafts if draft.code not in there and draft.code not in left_out]
    places = {draft.code: place for place, draft in enumerate(kept)}
    made = []
    for draft in kept:
        before = [drafts[place].code for place in draft.after]
        made.append(
            replace(
                draft,
                after=tuple(places[code] for code in before if code in places),
                depends_on=(*draft.depends_on, *(there[code] for code in before if code in there)),
            )
        )
    return tuple(made)


def _read(city: City | None, cards: object) -> UsualDuties:
    from app.city_files import usual_duties_of
    from dispatch.duties_file import SHIPPED, read_usual_duties

    if city is None or not hasattr(city, "folder"):
        return read_usual_duties(SHIPPED)
    return usual_duties_of(city, cards=cards)[0]  # type: ignore[arg-type]
