"""Ask in which coordinate system a file is, with a guess and what each answer would mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.jobs import Job
from app.layers.adding import CrsQuestion, share_inside
from app.parts.forms import plain_label, show_words
from app.wording import one_line, text
from gis.city import City

MOST_FOUND = 40
DISPLAY_CRS = "EPSG:4326"


class CrsDialog(QDialog):
    """Let a coordinate system be chosen; `crs` is the answer. Without a question, for files that are yet to be read."""

    def __init__(
        self, city: City, question: CrsQuestion | None, language: str = "en", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._city, self._question, self._language = city, question, language
        self._names: list[tuple[str, str]] = []
        self.crs = ""
        self.setWindowTitle(self._say("layers.crs_title"))
        name = one_line(question.wish.path.name, 120) if question is not None else ""
        head = self._say("layers.crs_ask", file=name) if question is not None else self._say("layers.crs_state")
        self.find = QLineEdit()
        self.find.setPlaceholderText(self._say("layers.crs_find"))
        self.find.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(self._say("layers.crs_title"))
        self.falls = plain_label(" ")
        buttons = QDialogButtonBox()
        self.go = buttons.addButton(self._say("layers.add"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setProperty("role", "primary")
        buttons.addButton(self._say("layers.cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(plain_label(head))
        column.addWidget(self.find)
        column.addWidget(self.list, 1)
        column.addWidget(self.falls)
        column.addWidget(buttons)
        self.resize(520, 420)
        self._search = QTimer(self, singleShot=True, interval=120)
        self._search.timeout.connect(self._show_found)
        self.find.textChanged.connect(lambda _: self._search.start())
        self.list.currentItemChanged.connect(lambda *_: self._show_falls())
        self.list.itemDoubleClicked.connect(lambda _: self.accept())
        self._fill(self._usual())
        Job(lambda _: known_systems()).start().done.connect(self._on_names)

    def _usual(self) -> list[tuple[str, str]]:
        guesses = self._question.guesses if self._question is not None else ()
        rows = [(crs, self._say("layers.crs_guess", crs=_named(crs))) for crs in guesses]
        rows += [
            (DISPLAY_CRS, self._say("layers.crs_wgs84")),
            ("GCJ-02", self._say("layers.crs_gcj02")),
            ("BD-09", self._say("layers.crs_bd09")),
            (self._city.metric_crs, self._say("layers.crs_city", crs=self._city.metric_crs)),
        ]
        found: dict[str, str] = {}
        for crs, words in rows:
            found.setdefault(crs, words)
        return list(found.items())

    def _fill(self, rows: Sequence[tuple[str, str]]) -> None:
        self.list.clear()
        for crs, words in rows:
            item = QListWidgetItem(one_line(words, 160), self.list)
            item.setData(Qt.ItemDataRole.UserRole, crs)
        self.list.setCurrentRow(0 if rows else -1)
        self._show_falls()

    def _on_names(self, names: list[tuple[str, str]]) -> None:
        self._names = names
        if self.find.text().strip():
            self._show_found()

    def _show_found(self) -> None:
        words = self.find.text().strip()
        if not words:
            self._fill(self._usual())
            return
        number = re.fullmatch(r"(?:epsg:?\s*)?(\d{4,6})", words, re.IGNORECASE)
        parts = words.casefold().split()
        rows = [
            (code, f"{code} · {name}")
            for code, name in self._names
            if (number and code == f"EPSG:{number[1]}") or all(part in f"{code} {name}".casefold() for part in parts)
        ]
        rows.sort(key=lambda row: (number is None or row[0] != f"EPSG:{number[1]}", len(row[1])))
        self._fill(rows[:MOST_FOUND])

    def _show_falls(self) -> None:
        item = self.list.currentItem()
        self.crs = item.data(Qt.ItemDataRole.UserRole) if item is not None else ""
        self.go.setEnabled(bool(self.crs))
        if not self.crs:
            show_words(self.falls, self._say("layers.crs_unknown"), "warning")
            return
        share = share_inside(self._city, self._question.sample, self.crs) if self._question is not None else None
        if share is None:
            show_words(self.falls, self._say("layers.crs_falls_unknown"))
        else:
            words = self._say("layers.crs_falls", share=f"{share * 100:.0f} %")
            show_words(self.falls, words, "good" if share > 0.5 else "warning")

    def _say(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)


def known_systems() -> list[tuple[str, str]]:
    """List the coordinate systems of the EPSG registry that places can be given in: code and name."""
    from pyproj.database import query_crs_info
    from pyproj.enums import PJType

    found = query_crs_info(auth_name="EPSG", pj_types=[PJType.PROJECTED_CRS, PJType.GEOGRAPHIC_2D_CRS])
    return [(f"EPSG:{one.code}", one.name) for one in found]


def _named(crs: str) -> str:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return f"{crs} · {CRS.from_user_input(crs).name}"
    except CRSError:
        return crs
