"""The dialog that asks what of the map is to be handed out, and in which form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.wording import label, text
from maps.sheet import scale_number

FORMS = {
    "html": "handout.form_html",
    "pdf": "handout.form_pdf",
    "png": "handout.form_png",
    "svg": "handout.form_svg",
}
PAPERS = ("A5", "A4", "A3", "A2", "A1")
SCALES = (1_000, 2_500, 5_000, 10_000, 25_000, 50_000)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was chosen. size: as `opsroom map --size` takes it, empty for that of the window; scale: N of 1:N."""

    file: Path
    form: str
    size: str
    scale: float
    title: str
    is_night: bool
    left_out: tuple[str, ...] = ()


class HandoutDialog(QDialog):
    """Ask for form, paper, scale, title and layers; `wish` is set where a file was chosen."""

    def __init__(
        self, parent: QWidget | None, *, title: str, metres_per_pixel: float, layers: Sequence[str], is_night: bool,
        language: str = "en",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._language = language
        self._now = scale_number(metres_per_pixel)
        self.wish: Wish | None = None
        self.setWindowTitle(self._say("handout.title"))
        self.form = QComboBox()
        for form, words in FORMS.items():
            self.form.addItem(self._say(words), form)
        self.paper = QComboBox()
        for paper in PAPERS:
            self.paper.addItem(paper, paper)
        self.paper.setCurrentText("A4")
        self.upright = QCheckBox(self._say("handout.upright"))
        self.scale = QComboBox()
        self.scale.addItem(self._say("handout.scale_now", number=f"{self._now:,.0f}"), self._now)
        for number in SCALES:
            self.scale.addItem(f"1:{number:,}", float(number))
        self.title = QLineEdit(title)
        self.title.setMaxLength(120)
        self.night = QCheckBox(self._say("handout.night"))
        self.night.setChecked(False)
        self._night_now = is_night
        self.layers = {name: QCheckBox(label("live_layer", name, language)) for name in layers}
        self.note = QLabel(self._say("handout.note"))
        self.note.setWordWrap(True)
        self._arrange()
        self.form.currentIndexChanged.connect(self._show_what_counts)
        self._show_what_counts()

    def _arrange(self) -> None:
        rows = QFormLayout()
        rows.addRow(self._say("handout.form"), self.form)
        rows.addRow(self._say("handout.paper"), self.paper)
        rows.addRow("", self.upright)
        rows.addRow(self._say("handout.scale"), self.scale)
        rows.addRow(self._say("handout.heading"), self.title)
        rows.addRow("", self.night)
        grid = QGridLayout()
        for index, box in enumerate(self.layers.values()):
            box.setChecked(True)
            grid.addWidget(box, index // 2, index % 2)
        rows.addRow(self._say("handout.layers"), grid)
        buttons = QDialogButtonBox()
        self.go = buttons.addButton(self._say("handout.go"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self._say("handout.cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._choose_file)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addLayout(rows)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self.setMinimumWidth(440)

    def _show_what_counts(self) -> None:
        """Paper and scale belong to sheets; a page looks as the window does, or as paper."""
        is_sheet = self.form.currentData() in ("pdf", "svg")
        self.paper.setEnabled(is_sheet)
        self.upright.setEnabled(is_sheet)
        self.night.setChecked(self._night_now and not is_sheet)

    def _choose_file(self) -> None:
        form = str(self.form.currentData())
        name, _ = QFileDialog.getSaveFileName(
            self, self._say("handout.title"), f"{self._file_name()}.{form}", f"{self.form.currentText()} (*.{form})"
        )
        if name:
            file = Path(name)
            self.finish(file if file.suffix.casefold() == f".{form}" else file.with_name(f"{file.name}.{form}"))

    def finish(self, file: Path) -> None:
        """Take what is chosen, with the file to write."""
        form = str(self.form.currentData())
        turn = "-portrait" if self.upright.isChecked() else ""
        self.wish = Wish(
            file=file,
            form=form,
            size=f"{self.paper.currentData()}{turn}" if form in ("pdf", "svg") else "",
            scale=float(self.scale.currentData()),
            title=self.title.text(),
            is_night=self.night.isChecked(),
            left_out=tuple(name for name, box in self.layers.items() if not box.isChecked()),
        )
        self.accept()

    def _file_name(self) -> str:
        kept = "".join(letter if letter.isalnum() or letter in " -_" else "" for letter in self.title.text())
        return " ".join(kept.split())[:60] or "map"

    def _say(self, code: str, **values: object) -> str:
        return text(code, self._language, **values)
