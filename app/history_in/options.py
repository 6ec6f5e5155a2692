"""How a file is read beside its columns: the city, the time zone, the order of dates, how exact its places are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from app.parts.forms import caption, plain_label, show_words, small_button
from app.wording import label, one_line, text, tooltip
from dispatch.history.mapping import Mapping
from dispatch.history.mapping_file import PRECISIONS


class Options(QWidget):
    """Hold what is not a column. `changed` carries a mapping that somebody changed here; `city_changed` a city."""

    changed = Signal(object)
    city_changed = Signal()

    def __init__(self, language: str, folder: Path, *, city: str, zone: str) -> None:
        super().__init__()
        self._language, self.city_zone = language, zone
        self.folder = folder
        self._mapping: Mapping | None = None
        self._looked: dict[str, Any] = {"day_first": False, "decided_by": "none"}
        self._own_zone = ""  # that the file's mapping came with
        self.city = plain_label(one_line(city, 60), wraps=False)
        self.other_city = small_button(text("history.other_city", language), self._ask_city)
        self.zone = QComboBox()
        self.zone.setEditable(True)
        self.zone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(sorted(available_timezones()), self.zone)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.zone.setCompleter(completer)
        self.order, self.precision, self.crs = QComboBox(), QComboBox(), QLineEdit()
        self.crs.setPlaceholderText(text("history.crs_hint", language))
        self.said = plain_label()
        self._lay()
        self.zone.activated.connect(lambda _: self._on_zone())
        line = self.zone.lineEdit()
        assert line is not None
        line.editingFinished.connect(self._on_zone)
        self.order.activated.connect(lambda _: self._change(is_day_first=self.order.currentData()))
        self.precision.activated.connect(lambda _: self._change(precision=str(self.precision.currentData())))
        self.crs.editingFinished.connect(lambda: self._change(crs=self.crs.text().strip()[:40]))
        self._dialog: QFileDialog | None = None

    def _lay(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(5)
        where = QHBoxLayout()
        where.addWidget(self.city, 1)
        where.addWidget(self.other_city)
        self._captions = []
        for row, (key, field) in enumerate((
            ("history.zone", self.zone), ("history.day_order", self.order), ("history.precision", self.precision),
            ("history.crs", self.crs),
        ), start=1):  # fmt: skip
            field.setAccessibleName(text(key, self._language))
            if isinstance(field, QComboBox):
                field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                field.setMinimumContentsLength(10)
            self._captions.append(caption(text(key, self._language), field))
            grid.addWidget(self._captions[-1], row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(plain_label(text("history.city", self._language), role="muted", wraps=False), 0, 0)
        grid.addLayout(where, 0, 1)
        grid.addWidget(self.said, 5, 0, 1, 2)
        grid.setColumnStretch(1, 1)

    def show_mapping(self, mapping: Mapping, looked: dict[str, Any], *, is_new: bool = False) -> None:
        """Show a mapping; `is_new` where a file or somebody brought it. `looked` says how the file writes dates."""
        self._looked = looked
        if is_new:
            self._own_zone = mapping.time_zone
        self._mapping = mapping
        language = self._language
        own = text("history.zone_mapping", language, zone=self._own_zone)
        usual = own if self._own_zone else text("history.zone_city", language, zone=self.city_zone)
        given = mapping.time_zone if mapping.time_zone != self._own_zone else ""
        self._fill(self.zone, [(usual, self._own_zone), *([(given, given)] if given else [])], mapping.time_zone)
        order = text("history.days_first" if looked["day_first"] else "history.months_first", language)
        key = {"none": "history.day_plain", "told": "history.day_auto", "map": "history.day_auto"}
        self._fill(
            self.order,
            [(text(key.get(looked["decided_by"], "history.day_likely"), language, order=order), None),
             (text("history.days_first", language), True), (text("history.months_first", language), False)],
            mapping.is_day_first,
        )  # fmt: skip
        precisions = [(label("history_precision", each, language), each) for each in PRECISIONS]
        self._fill(self.precision, precisions, mapping.precision)
        self.crs.setText(mapping.crs)
        has_metres = bool({"x", "y"} & mapping.columns.keys())
        self.crs.setVisible(has_metres)
        self._captions[-1].setVisible(has_metres)

    def show_city(self, folder: Path, name: str, zone: str) -> None:
        """Show the city that was chosen."""
        self.folder, self.city_zone = folder, zone
        self.city.setText(one_line(name, 60))
        self.city.setToolTip(tooltip(str(folder)))
        if self._mapping is not None:
            self.show_mapping(self._mapping, self._looked)

    @staticmethod
    def _fill(box: QComboBox, items: list[tuple[str, Any]], chosen: Any) -> None:
        box.blockSignals(True)
        box.clear()
        for words, value in items:
            box.addItem(words, value)
        places = [place for place in range(box.count()) if box.itemData(place) == chosen]
        box.setCurrentIndex(places[0] if places else 0)
        line = box.lineEdit()
        if line is not None:
            line.setCursorPosition(0)  # a long name shows its beginning
        box.blockSignals(False)

    def _change(self, **what: Any) -> None:
        if self._mapping is not None and replace(self._mapping, **what) != self._mapping:
            self.changed.emit(replace(self._mapping, **what))

    def _on_zone(self) -> None:
        words = self.zone.currentText().strip()
        place = self.zone.findText(words)
        name = str(self.zone.itemData(place) or "") if place >= 0 else words
        try:
            if name:
                ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            problem = text("history.zone_unknown", self._language, zone=one_line(name, 40))
            show_words(self.said, problem, "warning")
            return
        show_words(self.said, "")
        self._change(time_zone=name)

    def _ask_city(self) -> None:
        dialog = QFileDialog(self.window(), text("history.city_title", self._language), str(self.folder.parent))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take_city)
        self._dialog = dialog
        dialog.open()

    def take_city(self, folder: str) -> None:
        """Take another city by its folder."""
        from gis.city import City, CityError

        try:
            city = City.open(Path(folder))
        except (CityError, OSError, ValueError) as problem:
            reason = text("history.bad_city", self._language, reason=one_line(problem, 200))
            show_words(self.said, reason, "warning")
            return
        show_words(self.said, "")
        name = city.name_zh if self._language == "zh" and city.name_zh else city.name
        self.show_city(city.folder, name, city.time_zone)
        self.city_changed.emit()
