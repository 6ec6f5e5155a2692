"""Asks where a file is to go: a dialog that holds up one window alone, and the form by the file's ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.wording import text

PDF, HTML, CSV, MAP = "pdf", "html", "csv", "map"


@dataclass(frozen=True, slots=True)
class Form:
    """Name what can be written: the key of its words, and the ending of its file, with the dot."""

    words: str
    ending: str


def documents() -> Path:
    """Return the folder of the user's documents."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(found or Path.home())


def ask_where(
    page: QWidget, forms: Mapping[str, Form], name: str, language: str, take: Callable[[Path, str], None]
) -> QFileDialog:
    """Ask where a file of one of some forms is to go, and hand on the file and its form; the first form is usual."""
    filters = {f"{text(form.words, language)} (*{form.ending})": code for code, form in forms.items()}
    dialog = QFileDialog(page.window(), text("saving.where", language), str(documents()))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(filters))
    dialog.selectFile(name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    usual = next(iter(forms))
    dialog.fileSelected.connect(
        lambda chosen: take(*file_and_form(Path(chosen), filters.get(dialog.selectedNameFilter(), usual), forms))
    )
    dialog.open()  # it holds up this window alone, never the desk
    return dialog


def file_and_form(file: Path, form: str, forms: Mapping[str, Form]) -> tuple[Path, str]:
    """Let an ending that was written say the form; a file without one gets that of the form."""
    ending = file.suffix.casefold()
    if ending == forms[form].ending:
        return file, form
    written = next((code for code, known in forms.items() if known.ending == ending), None)
    return (file, written) if written is not None else (file.with_name(f"{file.name}{forms[form].ending}"), form)
