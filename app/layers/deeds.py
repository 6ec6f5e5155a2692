"""What is done to one layer of the map: its look, table, name, group, problems, and taking it away."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from app.desk import Desk
from app.layers.adding import problems_of
from app.layers.book import LayerBook
from app.layers.order import groups_of, joined
from app.layers.tree import LayerTree, columns_of
from app.wording import one_line, text
from dispatch.account_commands import RecordExport

if TYPE_CHECKING:
    from app.layers.style_dialog import StyleDialog
    from app.layers.table_window import TableWindow


class LayerDeeds(QObject):
    """Ask and do. `zoom_wanted` carries a box in metres that the map should show; `said` words and their level."""

    zoom_wanted = Signal(object)
    said = Signal(str, str)

    def __init__(self, desk: Desk, book: LayerBook, tree: LayerTree, widget: QWidget) -> None:
        super().__init__(widget)
        self.book, self._desk = book, desk
        self._language, self._tree, self._widget = desk.language, tree, widget
        self.tables: dict[str, TableWindow] = {}
        self.styling: StyleDialog | None = None

    def _window(self) -> QWidget:
        return self._widget.window()

    def words(self, key: str, **values: object) -> str:
        """Word a text of the window."""
        return text(key, self._language, **values)

    def _say_of(self, key: str, level: str = "", **values: object) -> None:
        self.said.emit(self.words(key, **values), level)

    def ask_style(self, name: str, page: str = "") -> None:
        """Open the dialog of a layer's look, on one of its pages."""
        from app.layers.style_dialog import StyleDialog

        layer = self.book.layer(name)
        if layer is None:
            return
        if self.styling is not None:
            self.styling.reject()
        self.styling = StyleDialog(
            self.book, name, self._language, self._window(), page=page, here=lambda: self._tree.metres_per_pixel
        )
        self.styling.finished.connect(lambda _: setattr(self, "styling", None))
        self.styling.show()

    def show_table(self, name: str) -> None:
        """Open the attribute table of a layer, or bring it to the front."""
        from app.layers.table_window import TableWindow

        layer = self.book.layer(name)
        columns = columns_of(self.book, layer) if layer is not None else None
        if columns is None:
            return
        if name not in self.tables:
            table = self.tables[name] = TableWindow(self.book, name, columns, self._language, self._window())
            table.zoom_wanted.connect(self.zoom_wanted)
            table.exported.connect(lambda detail: self._desk.send(RecordExport("layer", detail)))
            table.closed.connect(partial(self.tables.pop, name, None))
            table.show()
        self.tables[name].raise_()
        self.tables[name].activateWindow()

    def zoom(self, name: str) -> None:
        """Let the map show all of a layer."""
        from app.layers.extents import extent_of_layer

        layer = self.book.layer(name)
        box = extent_of_layer(self.book, layer) if layer is not None else None
        if box is not None:
            self.zoom_wanted.emit(box)

    def ask_name(self, name: str) -> None:
        """Ask for another title."""
        layer = self.book.layer(name)
        if layer is not None:
            title, ok = QInputDialog.getText(
                self._widget, self.words("layers.rename"), self.words("layers.title"), text=layer.title
            )
            if ok and title.strip():
                self.book.put(replace(layer, title=one_line(title, 200)))

    def ask_group(self, name: str) -> None:
        """Ask for the group that a layer stands in."""
        layer = self.book.layer(name)
        if layer is not None:
            known = ["", *groups_of(self.book.listing)]
            at = known.index(layer.group) if layer.group in known else 0
            group, ok = QInputDialog.getItem(
                self._widget, self.words("layers.group"), self.words("layers.group_ask"), known, at
            )
            if ok:
                self.book.apply(joined(self.book.listing, name, one_line(group, 200).strip()))

    def show_problems(self, name: str) -> None:
        """Show where a layer comes from and what was wrong in it."""
        from app.layers.choices import ProblemList

        layer, city = self.book.layer(name), self.book.city
        if layer is not None and city is not None:
            lines = problems_of(city, name) or [self.words("layers.no_problems")]
            ProblemList(layer.title, self._tree.tip(layer) or layer.title, lines, self._language, self._window()).show()

    def ask_remove(self, name: str) -> None:
        """Ask, then take a layer out and delete its data."""
        layer = self.book.layer(name)
        if layer is None:
            return
        box = QMessageBox(self._window())
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.words("layers.remove_ask", title=one_line(layer.title, 100)))
        go = box.addButton(self.words("layers.remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.words("layers.cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.buttonClicked.connect(lambda chosen: self.remove(name) if chosen is go else None)
        box.open()

    def remove(self, name: str) -> None:
        """Take a layer out and delete its data, in a worker."""
        from app.jobs import Job
        from app.layer_deeds import remove_layer

        city, layer = self.book.city, self.book.layer(name)
        if city is None or layer is None:
            return
        if name in self.tables:
            self.tables[name].close()
        self.book.flush()
        job = Job(lambda job: remove_layer(city, name), self)
        job.done.connect(lambda _: (self.book.look(), self._say_of("layers.removed", title=one_line(layer.title, 80))))
        job.failed.connect(lambda problem: self._say_of("layers.not_removed", "warning", reason=one_line(problem, 200)))
        job.start()
