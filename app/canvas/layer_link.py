"""Ties a map to the book of layers: what is drawn of it, fetched for it, found under the cursor, dropped on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from app.canvas.canvas import MapCanvas
from app.jobs import Job
from app.layers.book import NOTHING, LayerBook
from app.layers.tree import columns_of, dropped_files
from app.wording import one_line, text
from gis.city import City
from maps.live_features import FeaturesMark, feature_of
from maps.user_layers import LayerList
from maps.view import Box

if TYPE_CHECKING:
    from app.remote.layers import RemoteLayers

MOST_FIELDS = 6
FEATURE = "feature"


def join_layers(panel: QWidget, canvas: MapCanvas, language: str = "en") -> LayerLink | None:
    """Join the panel of layers to the map; None where the panel could not be made."""
    book = getattr(panel, "book", None)
    if not isinstance(book, LayerBook):
        return None
    link = LayerLink(book, canvas, language)
    joins: Any = panel
    joins.deeds.zoom_wanted.connect(link.show_box)
    link.files_dropped.connect(joins.add_files)
    link.remote_status_changed.connect(
        lambda name: joins.set_remote_status(name, link.remote.status(name)) if link.remote is not None else None
    )
    canvas.view_changed.connect(lambda view: joins.set_scale(view.metres_per_pixel))
    joins.set_scale(canvas.view.metres_per_pixel)
    return link


def lay_over(main: LayerLink, panel: Any, extra: Any) -> None:
    """Lay the same layers over a further map window, until it is closed (`extra` has a `canvas` and tells `left`)."""
    link = LayerLink(main.book, extra.canvas, main.language, main=main)
    link.files_dropped.connect(panel.add_files)
    extra.left.connect(partial(main.remove_map, extra.canvas))


class LayerLink(QObject):
    """Keep one map true to a book of layers. `files_dropped` carries the paths of files that were dropped on it.

    `remote` fetches pictures of map services for all maps of a desk; the first link makes it when there is a need.
    """

    files_dropped = Signal(list)
    remote_status_changed = Signal(str)

    def __init__(
        self, book: LayerBook, canvas: MapCanvas, language: str = "en", *, main: LayerLink | None = None
    ) -> None:
        super().__init__(canvas)
        self._book, self._canvas, self._language = book, canvas, language
        self._main = main or self
        self._remote: RemoteLayers | None = None
        self._maps: list[MapCanvas] = [canvas]
        self._ready = LayerList()  # what can be pointed at without a wait
        self._job: Job | None = None
        self._pointed: tuple[str, int] | None = None  # the feature of the click that is being told
        canvas.setAcceptDrops(True)
        canvas.installEventFilter(self)
        canvas.set_description(self.describe, FEATURE)
        canvas.picked.connect(self._on_picked)
        canvas.clicked.connect(self._on_clicked)
        book.changed.connect(self._on_listing)
        book.picked_changed.connect(self._mark)  # no lambda: the book would keep the map for ever
        if main is not None:  # a further map: it has a choice of its own of what happens
            main.add_map(canvas)
        else:
            book.live_changed.connect(self._show_live)
            self._show_live(book.live_hidden)
        self._make_ready(book.listing)
        self._follow_remote(book.listing)

    @property
    def language(self) -> str:
        """The language of its words."""
        return self._language

    @property
    def book(self) -> LayerBook:
        """The layers that the map is kept true to."""
        return self._book

    @property
    def remote(self) -> RemoteLayers | None:
        """What fetches pictures of map services; None while no layer needs it."""
        return self._main._remote

    def add_map(self, canvas: MapCanvas) -> None:
        """Fetch also what another map looks at, until it is destroyed."""
        self._maps.append(canvas)
        if self._remote is not None:
            self._remote.add_canvas(canvas)

    def remove_map(self, canvas: MapCanvas) -> None:
        """Forget a map that is closed."""
        if canvas in self._maps:
            self._maps.remove(canvas)
            if self._remote is not None:
                self._remote.remove_canvas(canvas)

    def show_box(self, box: Box) -> None:
        """Let the map show a box of ground, not nearer than people look."""
        self._canvas.fit(_grown(box))

    def close(self) -> None:
        """Give up what is being fetched, and write what was not written yet."""
        self._book.close()
        if self._remote is not None:
            self._remote.close()
            self._remote = None

    def describe(self, kind: str, identity: str) -> str:
        """Word the card of a feature: its layer, its label, its first fields."""
        name, index = feature_of(identity)
        layer = self._book.layer(name)
        columns = columns_of(self._book, layer) if layer is not None else None
        if layer is None or columns is None or index >= columns.count:
            return ""
        return "\n".join([one_line(layer.title, 60), *self._fields(name, index, layer.look.label_field)])

    def _fields(self, name: str, index: int, label_field: str) -> list[str]:
        from app.layers.table_rows import one_row

        columns = self._book.city.layer(name) if self._book.city is not None else None
        if columns is None:
            return []
        row = one_row(columns, index)
        lines = [one_line(row[label_field], 80)] if row.get(label_field) else []
        known = [(field, words) for field, words in row.items() if words and field not in (label_field, "feature")]
        lines += [f"{one_line(field, 30)}: {one_line(words, 60)}" for field, words in known[:MOST_FIELDS]]
        if len(known) > MOST_FIELDS:
            lines.append(text("layers.more_fields", self._language, count=len(known) - MOST_FIELDS))
        return lines

    # What changed

    def _on_listing(self, listing: LayerList) -> None:
        if self._main is self:  # further maps mirror the first one
            self._canvas.refresh_layers()
        self._make_ready(listing)
        self._follow_remote(listing)

    def _make_ready(self, listing: LayerList) -> None:
        """Read in a worker what finding features needs of every look; until then only the old ones are found."""
        city = self._book.city
        if self._job is not None:
            self._job.cancel()
            self._job = None
        shown = tuple(one for one in listing.layers if one.is_shown and one.kind == "vector")
        if city is None or not shown:
            self._set_ready(LayerList())
            return
        self._job = Job(lambda job: _readied(city, LayerList(shown), job))
        self._job.done.connect(self._set_ready)
        self._job.start()

    def _set_ready(self, listing: LayerList) -> None:
        self._ready = listing
        self._job = None
        self._mark()

    def _mark(self) -> None:
        city = self._book.city
        if city is None:
            return
        name, picked = self._book.picked
        has_any = bool(self._ready.layers) or bool(len(picked))
        self._canvas.set_marks(features=[FeaturesMark(city, self._ready, name, picked)] if has_any else [])

    def _show_live(self, hidden: frozenset[str]) -> None:
        overlay = self._canvas.overlay
        for name in overlay.names():
            if overlay.set_shown(name, name not in hidden):
                self._canvas.marks_changed.emit()
                self._canvas.repaint_soon()

    def _follow_remote(self, listing: LayerList) -> None:
        if self._main is not self or self._book.city is None:
            return
        if self._remote is not None:
            self._remote.set_listing(listing)
        elif any(one.kind == "remote" and one.is_shown for one in listing.layers):
            from app.remote.layers import RemoteLayers

            self._remote = RemoteLayers(self._canvas, self._book.city, listing, self)
            self._remote.status_changed.connect(self.remote_status_changed)
            for canvas in self._maps[1:]:
                self._remote.add_canvas(canvas)

    # The hand

    def _on_picked(self, kind: str, identity: str) -> None:
        if kind != FEATURE:
            return
        self._pointed = feature_of(identity)

    def _on_clicked(self, lon: float, lat: float, modifiers: Qt.KeyboardModifier) -> None:
        """Take what was picked in this click; a click beside everything lets go."""
        pointed, self._pointed = self._pointed, None
        if pointed is not None:
            name, index = pointed
            held = self._book.picked[1] if self._book.picked[0] == name else NOTHING
            self._book.pick(name, _taken(held, index, modifiers))
        elif modifiers == Qt.KeyboardModifier.NoModifier and self._book.picked[0]:
            self._book.pick("", ())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent | QDropEvent) and event.type() in (
            QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop,
        ):  # fmt: skip
            files = dropped_files(event)
            if files:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                if event.type() == QEvent.Type.Drop:
                    self.files_dropped.emit(files)
                return True
        return False


def _taken(held: NDArray[np.int64], index: int, modifiers: Qt.KeyboardModifier) -> NDArray[np.int64]:
    """Shift adds, Ctrl adds or takes away; without either, the feature alone."""
    one = np.array([index], np.int64)
    if modifiers & Qt.KeyboardModifier.ControlModifier and index in held:
        return np.setdiff1d(held, one)
    if modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier):
        return np.union1d(held, one)
    return one


def _readied(city: City, listing: LayerList, job: Job) -> LayerList:
    from app.layers.table_rows import cells_of
    from maps.user_style import drawn

    there = set(city.layer_names())
    kept = []
    for place, layer in enumerate(listing.layers):
        job.report(place / len(listing.layers))
        if layer.name not in there:
            continue
        try:
            columns = city.layer(layer.name)
            drawn(columns, layer.look)
            cells_of(columns)
        except (ValueError, OSError):
            continue  # the painter has said so
        kept.append(layer)
    return LayerList(tuple(kept))


def _grown(box: Box) -> Box:
    """Give a point, or a small feature, the ground round it."""
    west, south, east, north = box
    least = 200.0 - max(east - west, north - south)
    margin = max(least / 2, 0.06 * max(east - west, north - south))
    return west - margin, south - margin, east + margin, north + margin
