"""The dialog of a layer's look: what is changed is seen on the map at once, kept or taken back at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTabWidget, QVBoxLayout, QWidget

from app.layers.book import LayerBook
from app.layers.fields import field_infos
from app.layers.look_page import LookPage
from app.layers.more_pages import FilterPage, LabelsPage, ScalePage
from app.layers.tree import columns_of
from app.wording import one_line, text
from maps.user_layers import Look

PREVIEW_MS = 20


class StyleDialog(QDialog):
    """Edit the look of one layer beside the living map. Pictures of the ground have scales and opacity only."""

    def __init__(
        self, book: LayerBook, name: str, language: str = "en", parent: QWidget | None = None, *, page: str = "",
        here: Callable[[], float] = lambda: 1.0,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        layer = book.layer(name)
        assert layer is not None
        self._book, self.name = book, name
        self._before = layer.look
        self.setWindowTitle(text("layers.style_title", language, title=one_line(layer.title, 80)))
        self.tabs = QTabWidget()
        self.pages: dict[str, LookPage | LabelsPage | FilterPage | ScalePage] = {}
        columns = columns_of(book, layer)
        if columns is not None:
            fields = field_infos(columns)
            self.pages["look"] = LookPage(columns, fields, layer.look, language)
            self.pages["labels"] = LabelsPage(fields, layer.look, language)
            self.pages["filter"] = FilterPage(fields, layer.look, language)
        self.pages["scale"] = ScalePage(layer.look, here, language)
        titles = {
            "look": "layers.look", "labels": "layers.labels", "filter": "layers.filter", "scale": "layers.scale",
        }  # fmt: skip
        for key, made in self.pages.items():
            self.tabs.addTab(made, text(titles[key], language))
        if page in self.pages:
            self.tabs.setCurrentWidget(self.pages[page])
        buttons = QDialogButtonBox()
        keep = buttons.addButton(text("layers.keep", language), QDialogButtonBox.ButtonRole.AcceptRole)
        keep.setProperty("role", "primary")
        buttons.addButton(text("layers.cancel", language), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.addWidget(self.tabs, 1)
        column.addWidget(buttons)
        self.resize(440, 560)
        self._preview = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._preview.timeout.connect(self.show_on_map)
        for made in self.pages.values():
            made.changed.connect(self._preview.start)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def look(self) -> Look:
        """Return the look as it stands in the dialog."""
        found = self._before
        for page in self.pages.values():
            found = page.look(found)
        return found

    def show_on_map(self) -> None:
        """Let the maps show the look that is being tried."""
        layer = self._book.layer(self.name)
        if layer is not None:
            self._book.show_for_now(self._book.listing.replaced(replace(layer, look=self.look())))

    def done(self, result: int) -> None:
        self._preview.stop()
        if isinstance(look := self.pages.get("look"), LookPage):
            look.give_up()
        layer = self._book.layer(self.name)
        if layer is not None:
            kept = self.look() if result == QDialog.DialogCode.Accepted else self._before
            self._book.show_for_now(self._book.listing.replaced(replace(layer, look=kept)))
            self._book.keep()
        super().done(result)
