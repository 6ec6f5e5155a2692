"""Answers the finder's questions on a thread of its own, and keeps the index of layers' labels true."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from app import jobs
from app.desk import Desk
from app.finder.bookmarks import Bookmark, Bookmarks
from app.finder.found import Everything, Found, Known
from app.intake.place_search import PlaceSearch
from app.wording import text
from app.wording.plain import one_line
from gis.label_names import LabelSource, is_current, write_labels
from maps.listing import listing_of
from maps.user_layers import UserLayer

logger = logging.getLogger(__name__)


class Finder(QObject):
    """Search everything for all maps of one desk; `found` carries the ticket of the question and a tuple of Found.

    Only the newest question is answered.
    """

    found = Signal(int, object)
    failed = Signal(int, str)
    labels_written = Signal(int)  # how many names the index of labels holds now

    def __init__(self, desk: Desk, bookmarks_file: Path | None = None) -> None:
        super().__init__(desk)
        city = desk.city
        assert city is not None
        self._desk = desk
        self._city = city
        self.bookmarks = Bookmarks(bookmarks_file, f"{city.name} {city.folder.name}", self)
        self._titles: dict[str, str] = {}
        self._writing: jobs.Job | None = None
        self._failed_for: tuple[LabelSource, ...] | None = None
        self._search = PlaceSearch(lambda: Everything(city, self.known), self)  # type: ignore[arg-type,return-value]
        self._search.found.connect(self.found)
        self._search.failed.connect(self.failed)
        self._search.reversed_to.connect(self._on_named, Qt.ConnectionType.QueuedConnection)
        self._named: tuple[int, Callable[[str], None]] | None = None

    def warm_up(self) -> None:
        """Open the indexes now, and write that of the labels anew where layers changed."""
        self._search.warm_up()
        self.check_labels()

    def ask(self, words: str, *, near: tuple[float, float] | None = None) -> int:
        """Search for what was typed so far and return the question's ticket."""
        return self._search.search(words, near=near)

    def name_place(self, lon: float, lat: float, tell: Callable[[str], None]) -> None:
        """Tell the address nearest to a place, an empty text where there is none; a newer question ends this one."""
        self._named = (self._search.reverse(lon, lat), tell)

    def known(self) -> Known:
        """Return what the window knows now; called by the search's thread."""
        desk = self._desk
        is_chinese = desk.language == "zh"
        kinds = {
            kind: card.name_zh if is_chinese and card.name_zh else card.name for kind, card in desk.state.cards.items()
        }
        return Known(desk.state, desk.fixes, self.bookmarks.all, kinds, self._titles)

    def check_labels(self) -> None:
        """Write the index of labels anew, in a job, where a labelled layer came, went or changed."""
        if self._writing is not None:
            return
        labelled: list[UserLayer] = [
            layer for layer in listing_of(self._city).layers if layer.kind == "vector" and layer.look.label_field
        ]
        self._titles = {layer.name: one_line(layer.title, 60) for layer in labelled}
        sources = tuple(LabelSource(layer.name, layer.look.label_field) for layer in labelled)
        if sources == self._failed_for:
            return
        city = self._city

        def write(job: jobs.Job) -> int:
            return -1 if is_current(city, sources) else write_labels(city, sources, report=job.report)

        def done(count: int) -> None:
            self._writing = None
            if count >= 0:
                self.labels_written.emit(count)

        def failed(problem: BaseException) -> None:
            self._writing = None
            self._failed_for = sources  # not again and again: a city's folder may be read only
            words = text("finder.labels_failed", self._desk.language, reason=one_line(problem, 160))
            self._desk.said.emit("warning", words)

        self._writing = jobs.start(write, done=done, failed=failed)

    def add_bookmark(self, name: str, lon: float, lat: float, metres_per_pixel: float) -> None:
        """Keep a view under a name."""
        self.bookmarks.add(Bookmark(name, round(lon, 6), round(lat, 6), round(metres_per_pixel, 4)))

    def _on_named(self, ticket: int, name: str) -> None:
        if self._named is not None and self._named[0] == ticket:
            (_, tell), self._named = self._named, None
            tell(name)


__all__ = ["Finder", "Found"]
