"""The list of layers as a tree: what happens, what was laid over the map, the city's own; ticked while shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from app.layers.book import LayerBook
from app.layers.order import blocks
from app.layers.swatch import HEIGHT, WIDTH, colour_swatch, swatch
from app.parts import tints
from app.wording import label, one_line, text, tooltip
from gis.columns import LayerColumns
from maps.classes import OTHER_COLOUR
from maps.user_layers import UserLayer

KIND, KEY = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
SECTION, GROUP, LAYER, LIVE, OWN, LEGEND = "section", "group", "layer", "live", "own", "legend"
LIVE_LAYERS = (
    "incidents", "cases", "units", "cameras", "stations", "routes", "trails", "closures", "perimeters", "callers",
    "sight", "stagings", "coverage", "posts", "reach", "density", "zones", "cells",
)  # fmt: skip
SHOWN_LIVE = frozenset({"cameras", "stations", "hospitals", "grid"})  # of the city's own: shown with what happens
MOST_CLASSES = 30


class LayerTree(QTreeWidget):
    """Show a book of layers. What is done to it is told by signals; whoever owns the book changes it."""

    ticked = Signal(str, str, bool)  # kind of row, its key, whether shown
    dropped = Signal(str, str, str)  # a layer, the layer it was dropped at ("" for none), "above", "below" or "into"
    joined = Signal(str, str)  # a layer, the group it was dropped on
    pointed = Signal(str)  # the layer that is current now, "" for none
    opened = Signal(str)  # a layer was double-clicked, or Enter pressed on it
    menu_wanted = Signal(str, str, QPoint)  # kind of row, its key, where on the screen
    files_dropped = Signal(list)  # paths
    removed = Signal(str)  # Delete was pressed on a layer

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._is_filling = False
        self.metres_per_pixel = 1.0
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setStretchLastSection(False)
        self.setIconSize(QSize(WIDTH, HEIGHT))
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName(self._say("layers.name"))
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        self.itemChanged.connect(self._on_changed)
        self.currentItemChanged.connect(lambda *_: self.pointed.emit(self.current_layer))
        self.itemDoubleClicked.connect(self._on_double_click)

    @property
    def current_layer(self) -> str:
        """Return the name of the layer in hand, "" where a row of another kind is."""
        item = self.currentItem()
        while item is not None and item.data(0, KIND) == LEGEND:
            item = item.parent()
        return item.data(0, KEY) if item is not None and item.data(0, KIND) == LAYER else ""

    def rows(self) -> Iterator[QTreeWidgetItem]:
        """Give every row from the top down."""
        waiting = [self.topLevelItem(i) for i in range(self.topLevelItemCount())]
        while waiting:
            item = waiting.pop(0)
            yield item
            waiting[:0] = [item.child(i) for i in range(item.childCount())]

    def row(self, kind: str, key: str) -> QTreeWidgetItem | None:
        """Find a row."""
        return next((one for one in self.rows() if one.data(0, KIND) == kind and one.data(0, KEY) == key), None)

    def fill(self, book: LayerBook) -> None:
        """Show a book as it stands; what was folded and what was current stay so."""
        folded = {(one.data(0, KIND), one.data(0, KEY)): one.isExpanded() for one in self.rows()}
        current = self.currentItem()
        held = (current.data(0, KIND), current.data(0, KEY)) if current is not None else None
        self._is_filling = True
        self.blockSignals(True)
        try:
            self.clear()
            self._fill(book)
            for one in self.rows():
                key = (one.data(0, KIND), one.data(0, KEY))
                one.setExpanded(folded.get(key, one.data(0, KIND) in (SECTION, GROUP) and key[1] != OWN))
                if key == held:
                    self.setCurrentItem(one)
        finally:
            self.blockSignals(False)
            self._is_filling = False
        self.viewport().update()

    def point_at(self, name: str) -> None:
        """Make a layer the current row."""
        found = self.row(LAYER, name)
        if found is not None:
            self.setCurrentItem(found)

    def _fill(self, book: LayerBook) -> None:
        live = self._section(LIVE, "layers.live")
        for name in LIVE_LAYERS:
            self._tickable(live, LIVE, name, label("live_layer", name, self._language), name not in book.live_hidden)
        laid = self._section(LAYER, "layers.laid")
        for _, group, layers in blocks(book.listing):
            under = laid
            if group:
                under = QTreeWidgetItem(laid, [one_line(group, 80)])
                self._mark(under, GROUP, group)
                under.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDropEnabled)
            for layer in layers:
                self._layer(under, book, layer)
        if not book.listing.layers:
            empty = QTreeWidgetItem(laid, [self._say("layers.empty")])
            empty.setFlags(Qt.ItemFlag.ItemIsEnabled)
            empty.setForeground(0, QBrush(tints.tone("faint")))
        own = self._section(OWN, "layers.own")
        for name in book.city.layer_names() if book.city is not None else ():
            if name not in SHOWN_LIVE and book.listing.named(name) is None:
                words = label("own_layer", name, self._language)
                self._tickable(own, OWN, name, words, name not in book.listing.hidden)

    def _section(self, key: str, words: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self, [self._say(words)])
        self._mark(item, SECTION, key)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDropEnabled)
        font = self.font()
        font.setBold(True)
        item.setFont(0, font)
        item.setForeground(0, QBrush(tints.tone("muted")))
        return item

    def _tickable(self, parent: QTreeWidgetItem, kind: str, key: str, words: str, is_on: bool) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent, [one_line(words, 120)])
        self._mark(item, kind, key)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
        return item

    def _layer(self, parent: QTreeWidgetItem, book: LayerBook, layer: UserLayer) -> None:
        columns = columns_of(book, layer)
        geometry = columns.geometry if columns is not None else ""
        item = self._tickable(parent, LAYER, layer.name, layer.title, layer.is_shown)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled)
        item.setIcon(0, swatch(layer, geometry))
        if columns is not None:
            item.setText(1, f"{columns.count:,}")
        elif layer.kind == "vector":
            item.setText(1, self._say("layers.gone"))
            item.setForeground(1, QBrush(tints.tone("warn")))
        item.setToolTip(0, tooltip(self.tip(layer)))
        if not layer.look.is_drawn_at(self.metres_per_pixel):
            item.setForeground(0, QBrush(tints.tone("faint")))
        for colour, words in classes_of(layer, self._say("layers.others"))[:MOST_CLASSES]:
            child = QTreeWidgetItem(item, [one_line(words, 80)])
            child.setIcon(0, colour_swatch(colour, geometry or "polygon", layer.look))
            child.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self._mark(child, LEGEND, layer.name)

    def tip(self, layer: UserLayer) -> str:
        """Word where a layer comes from and at which scales it is drawn."""
        from app.layers.scales import scale_words
        from app.remote.addresses import shown_address

        source = shown_address(layer.remote.url) if layer.remote is not None else layer.source
        lines = [self._say("layers.tip_source", source=one_line(source, 200)) if source else ""]
        lines.append(scale_words(layer.look, self._language))
        lines.append(self._say("layers.tip_under") if layer.place == "under" else "")
        lines.append(one_line(layer.attribution, 200))
        return "\n".join(line for line in lines if line)

    # The hand

    def _mark(self, item: QTreeWidgetItem, kind: str, key: str) -> None:
        item.setData(0, KIND, kind)
        item.setData(0, KEY, key)

    def _on_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if not self._is_filling and column == 0 and item.data(0, KIND) in (LIVE, LAYER, OWN):
            self.ticked.emit(item.data(0, KIND), item.data(0, KEY), item.checkState(0) == Qt.CheckState.Checked)

    def _on_double_click(self, item: QTreeWidgetItem, _: int) -> None:
        if item.data(0, KIND) in (LAYER, LEGEND):
            self.opened.emit(item.data(0, KEY))

    def _ask_menu(self, at: QPoint) -> None:
        item = self.itemAt(at)
        kind, key = (item.data(0, KIND), item.data(0, KEY)) if item is not None else (None, "")
        self.menu_wanted.emit(kind or "", key or "", self.viewport().mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_layer:
            self.opened.emit(self.current_layer)
        elif event.key() == Qt.Key.Key_Delete and self.current_layer:
            self.removed.emit(self.current_layer)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event):
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        if dropped_files(event):
            event.acceptProposedAction()
        elif event.source() is self:
            item = self.itemAt(event.position().toPoint())
            event.setAccepted(item is not None and item.data(0, KIND) in (LAYER, GROUP))

    def dropEvent(self, event: QDropEvent) -> None:
        files = dropped_files(event)
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)
            return
        name, item = self.current_layer, self.itemAt(event.position().toPoint())
        event.setDropAction(Qt.DropAction.IgnoreAction)  # the tree is filled anew; Qt moves nothing itself
        event.accept()
        if not name or item is None:
            return
        if item.data(0, KIND) == GROUP:
            self.joined.emit(name, item.data(0, KEY))
        elif item.data(0, KIND) == LAYER:
            middle = self.visualItemRect(item).center().y()
            where = "below" if event.position().y() > middle else "above"
            self.dropped.emit(name, item.data(0, KEY), where)

    def _say(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)


def dropped_files(event: QDropEvent) -> list[Path]:
    """Return the files of this machine that are being dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def columns_of(book: LayerBook, layer: UserLayer) -> LayerColumns | None:
    """Open a vector layer's columns; None for pictures, and where they are gone or broken."""
    if layer.kind != "vector" or book.city is None:
        return None
    try:
        return book.city.layer(layer.name)
    except ValueError:
        return None


def classes_of(layer: UserLayer, others: str) -> Sequence[tuple[str, str]]:
    """Give the colours of a layer's classes with their words; none where it has one colour."""
    look = layer.look
    if look.symbology == "categories":
        found = [(one.colour, one.label or one.value or "–") for one in look.categories]
    elif look.symbology == "graduated":
        found = [(one.colour, f"≤ {one.upto:g}") for one in look.steps]
    else:
        return ()
    return [*found, (look.other_colour or OTHER_COLOUR, others)] if look.other_colour else found
