"""Callers' numbers and names, apart from the log's entries; a slow disk never holds up the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QThreadPool, Signal

from app.jobs import Job
from dispatch.log import Log
from dispatch.people import Person


class Callers(QObject):
    """Save and find people in the background, one after the other; answers come back as signals.

    `people` gives the table that is open now: a seat of a room that goes on alone keeps them on its own machine.
    """

    found = Signal(str, str, str)  # person, number, name
    not_kept = Signal(str)  # the reason

    def __init__(self, people: Callable[[], Log | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people = people
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # what is saved first is read last

    def save(self, person_id: str, number: str, name: str) -> None:
        """Keep a caller; `not_kept` says why not."""
        people = self._people()
        if people is not None:
            job = Job(lambda _: people.save_person(person_id, name, number))
            job.failed.connect(self._on_failed)
            job.start(self._pool)

    def find(self, person_id: str) -> None:
        """Look for a caller; `found` tells one that is there."""
        people = self._people()
        if people is not None and person_id:
            job = Job(lambda _: people.person(person_id))
            job.done.connect(self._on_found)
            job.failed.connect(self._on_failed)
            job.start(self._pool)

    def _on_found(self, person: Person | None) -> None:
        if person is not None:
            self.found.emit(person.id, person.number, person.name)

    def _on_failed(self, problem: BaseException) -> None:
        self.not_kept.emit(str(problem) or type(problem).__name__)
