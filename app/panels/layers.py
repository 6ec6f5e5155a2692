"""The layers of the map: what happens, what was laid over it, the city's own; added, ordered, styled, read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desk import Desk
from app.layers.adding import Adding, CrsQuestion, LayerQuestion, Wish, chosen_layers
from app.layers.book import LayerBook
from app.layers.deeds import LayerDeeds
from app.layers.order import dropped, joined, stepped
from app.layers.tree import LAYER, LIVE, OWN, LayerTree, dropped_files
from app.parts.flow import Flow
from app.parts.forms import plain_label, show_words, small_button
from app.wording import one_line, sentence, text

if TYPE_CHECKING:
    from app.layer_deeds import Added
    from app.remote.layers import RemoteStatus
    from maps.user_layers import UserLayer

FILTER = (
    "*.gpkg *.shp *.zip *.geojson *.json *.geojsonl *.kml *.kmz *.gpx *.csv *.tsv *.xlsx *.parquet *.geoparquet *.gdb "
    "*.fgb *.tab *.mif *.gml *.dxf *.tif *.tiff *.jp2 *.png *.jpg *.img *.mbtiles *.pmtiles"
)
LESS_OPAQUE_STEP = 5


class LayersPanel(QWidget):
    """Show the book of layers and change it; `deeds` does what is done to one of them."""

    def __init__(self, desk: Desk, book: LayerBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.book = desk, book
        book.setParent(self)
        self.adding = Adding(book, self)
        self._is_stale = True
        self._wanted = ""  # the layer to take in hand once it is in the tree
        self._statuses: dict[str, RemoteStatus] = {}
        self.tree = LayerTree(desk.language)
        self.deeds = LayerDeeds(desk, book, self.tree, self)
        self.deeds.said.connect(self._show_said)
        self.said = plain_label(role="muted")
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setSingleStep(LESS_OPAQUE_STEP)
        self.opacity.setAccessibleName(self._say("layers.opacity"))
        self.opacity_words = plain_label(" ", role="muted", wraps=False)
        self._build()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        self._wire()

    def _build(self) -> None:
        add = QToolButton()
        add.setText(self._say("layers.add_files"))
        add.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        add.clicked.connect(lambda _=False: self.ask_files())
        menu = QMenu(add)
        menu.addAction(self._say("layers.add_stated")).triggered.connect(lambda _=False: self.ask_files(stated=True))
        menu.addAction(self._say("layers.add_service")).triggered.connect(lambda _=False: self.ask_service())
        add.setMenu(menu)
        head = Flow(spacing=6)
        head.add(add)
        deeds = (
            ("▲", "layers.up", lambda: self._step(-1)),
            ("▼", "layers.down", lambda: self._step(1)),
        )
        self.buttons = [small_button(sign, do, tip=self._say(tip)) for sign, tip, do in deeds]
        words = (
            ("layers.style", lambda: self.deeds.ask_style(self.tree.current_layer)),
            ("layers.table", lambda: self.deeds.show_table(self.tree.current_layer)),
            ("layers.zoom", lambda: self.deeds.zoom(self.tree.current_layer)),
        )
        self.buttons += [small_button(self._say(code), do) for code, do in words]
        for made in self.buttons:
            head.add(made)
        self.cancel = small_button(self._say("layers.cancel"), self.adding.cancel)
        running = QHBoxLayout()
        running.addWidget(self.progress, 1)
        running.addWidget(self.cancel)
        self.running = QWidget()
        self.running.setLayout(running)
        running.setContentsMargins(0, 0, 0, 0)
        self.running.hide()
        sheer = QHBoxLayout()
        sheer.addWidget(self.opacity_words)
        sheer.addWidget(self.opacity, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(6)
        column.addWidget(head)
        column.addWidget(self.tree, 1)
        column.addLayout(sheer)
        column.addWidget(self.running)
        column.addWidget(self.said)
        self.setAcceptDrops(True)
        self._show_hand()

    def _wire(self) -> None:
        book, tree, adding = self.book, self.tree, self.adding
        book.changed.connect(self._refresh_soon)
        book.live_changed.connect(self._refresh_soon)
        book.saved_changed.connect(self._on_saved)
        tree.ticked.connect(self._on_ticked)
        tree.pointed.connect(lambda _: self._show_hand())
        tree.opened.connect(self.deeds.ask_style)
        tree.removed.connect(self.deeds.ask_remove)
        tree.menu_wanted.connect(self._show_menu)
        tree.files_dropped.connect(self.add_files)
        tree.joined.connect(lambda name, group: book.apply(joined(book.listing, name, group)))
        tree.dropped.connect(
            lambda name, at, where: book.apply(dropped(book.listing, name, at, below=where == "below"))
        )
        self.opacity.valueChanged.connect(self._on_opacity)
        adding.progressed.connect(self._on_progress)
        adding.added.connect(self._on_added)
        adding.failed.connect(self._on_add_failed)
        adding.asked_crs.connect(self._on_crs_asked)
        adding.asked_layers.connect(self._on_layers_asked)
        adding.ended.connect(self.running.hide)

    # What is shown

    def refresh(self) -> None:
        """Show the book as it stands, where the panel can be seen."""
        if not self.isVisible():
            self._is_stale = True
            return
        self._is_stale = False
        self.tree.fill(self.book)
        if self._wanted:
            self.tree.point_at(self._wanted)
            self._wanted = ""
        self._show_hand()
        if self.book.problems and not self.said.text():
            self._tell("layers.file_problems", "warning", problem=str(self.book.problems[0]))

    def set_scale(self, metres_per_pixel: float) -> None:
        """Take the map's scale: layers that are not drawn at it are shown faint."""
        was, self.tree.metres_per_pixel = self.tree.metres_per_pixel, metres_per_pixel
        looks = [layer.look for layer in self.book.listing.layers]
        if any(look.is_drawn_at(was) != look.is_drawn_at(metres_per_pixel) for look in looks):
            self._refresh_soon()

    def set_remote_status(self, name: str, status: RemoteStatus) -> None:
        """Show how a layer of pictures from a service is doing."""
        self._statuses[name] = status
        if name == self.tree.current_layer:
            self._show_hand()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def _point_at(self, name: str) -> None:
        self._wanted = name
        self._refresh_soon()

    def _refresh_soon(self, _: object = None) -> None:
        self._soon.start()

    def _show_hand(self) -> None:
        layer = self.book.layer(self.tree.current_layer)
        for made in (*self.buttons, self.opacity):
            made.setEnabled(layer is not None)
        share = round(layer.look.opacity * 100) if layer is not None else 100
        self.opacity.blockSignals(True)
        self.opacity.setValue(share)
        self.opacity.blockSignals(False)
        self.opacity_words.setText(self._say("layers.opacity_of", share=share))
        if layer is not None:
            is_vector = layer.kind == "vector"
            self.buttons[3].setEnabled(is_vector)
            self.buttons[4].setEnabled(layer.kind != "remote")
        status = self._statuses.get(layer.name) if layer is not None else None
        if status is not None and status.code:
            show_words(self.said, sentence(status.code, status.parameters, self._desk.language), "warning")

    # What is done

    def _on_ticked(self, kind: str, key: str, is_on: bool) -> None:
        listing = self.book.listing
        if kind == LIVE:
            self.book.set_live(key, is_on)
        elif kind == OWN:
            self.book.apply(listing.with_hidden(key, not is_on))
        elif kind == LAYER and (layer := listing.named(key)) is not None:
            self.book.apply(listing.replaced(replace(layer, is_shown=is_on)))

    def _step(self, steps: int) -> None:
        self.book.apply(stepped(self.book.listing, self.tree.current_layer, steps))

    def _on_opacity(self, share: int) -> None:
        layer = self.book.layer(self.tree.current_layer)
        if layer is not None:
            self.opacity_words.setText(self._say("layers.opacity_of", share=share))
            self.book.put(replace(layer, look=replace(layer.look, opacity=share / 100)))

    def _show_menu(self, kind: str, key: str, at: QPoint) -> None:
        self.menu_for(kind, key).popup(at)

    def menu_for(self, kind: str, key: str) -> QMenu:
        """Return the menu of a row."""
        from app.layers.menus import layer_menu

        layer = self.book.layer(key) if kind == LAYER else None
        menu = layer_menu(self, self.deeds, layer) if layer is not None else QMenu(self)
        if layer is None:
            menu.addAction(self._say("layers.add_files")).triggered.connect(lambda _=False: self.ask_files())
            menu.addAction(self._say("layers.add_service")).triggered.connect(lambda _=False: self.ask_service())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    # Adding

    def ask_files(self, *, stated: bool = False) -> None:
        """Ask for files to add; `stated`: and for the coordinate system that they are in."""
        names, _ = QFileDialog.getOpenFileNames(self, self._say("layers.add_files"), "", f"{FILTER};;*")
        if names:
            self.add_files([Path(name) for name in names], stated=stated)

    def add_files(self, files: Iterable[Path], *, stated: bool = False) -> None:
        """Add files to the city."""
        wishes = [Wish(file) for file in files]
        city = self.book.city
        if stated and city is not None and wishes:
            from app.layers.crs_dialog import CrsDialog

            asked = CrsDialog(city, None, self._desk.language, self.window())
            asked.accepted.connect(lambda: self.adding.add(replace(wish, crs=asked.crs) for wish in wishes))
            asked.open()
            return
        self.adding.add(wishes)

    def ask_service(self) -> None:
        """Ask for a map service to show."""
        from app.layers.service_dialog import ServiceDialog

        asked = ServiceDialog(self.book, self._desk.language, self.window())
        asked.accepted.connect(lambda: self._on_service(asked.layer))
        asked.open()

    def _on_service(self, layer: UserLayer | None) -> None:
        if layer is not None:
            self.book.put(layer)
            self._point_at(layer.name)

    def _on_progress(self, name: str, share: float, waiting: int) -> None:
        self.running.show()
        self.progress.setValue(round(share * 100))
        more = self._say("layers.waiting", count=waiting) if waiting else ""
        self.progress.setFormat(" ".join((one_line(name, 60), "%p %", more)).strip())

    def _on_added(self, wish: Wish, added: Added) -> None:
        left_out = sum(not problem.kept for problem in added.problems)
        title = one_line(added.layer.title, 80)
        if added.problems:
            self._tell(
                "layers.added_problems", "warning" if left_out else "", title=title, kept=f"{added.kept:,}",
                left_out=left_out, problems=len(added.problems),
            )  # fmt: skip
        else:
            self._tell("layers.added", "good", title=title, kept=f"{added.kept:,}")
        self._point_at(added.layer.name)
        if left_out:
            self.deeds.show_problems(added.layer.name)

    def _on_add_failed(self, wish: Wish, problem: BaseException) -> None:
        code, values = getattr(problem, "code", ""), getattr(problem, "parameters", None)
        reason = sentence(code, values, self._desk.language) if code and isinstance(values, dict) else str(problem)
        self._tell("layers.not_added", "warning", file=one_line(wish.path.name, 80), reason=one_line(reason, 300))

    def _on_crs_asked(self, question: CrsQuestion) -> None:
        from app.layers.crs_dialog import CrsDialog

        city = self.book.city
        if city is not None:
            asked = CrsDialog(city, question, self._desk.language, self.window())
            asked.accepted.connect(lambda: self.adding.add([replace(question.wish, crs=asked.crs)]))
            asked.open()

    def _on_layers_asked(self, question: LayerQuestion) -> None:
        from app.layers.choices import LayerChoice

        asked = LayerChoice(question, self._desk.language, self.window())
        asked.accepted.connect(lambda: self.adding.add(chosen_layers(question, asked.names)))
        asked.open()

    def _on_saved(self, is_saved: bool, reason: str) -> None:
        if is_saved:
            self._tell("layers.saved_again", "good")
        else:
            self._tell("layers.not_saved", "warning", reason=one_line(reason, 200))
            self._desk.said.emit("warning", self.said.text())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.add_files(dropped_files(event))

    def _tell(self, key: str, level: str = "", **values: object) -> None:
        self._show_said(text(key, self._desk.language, **values), level)

    def _show_said(self, words: str, level: str) -> None:
        show_words(self.said, words, level)

    def _say(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
