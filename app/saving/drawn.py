"""Writes files that a program of its own draws, from what the page wrote down: a city's ground would hold it up."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QWidget

from app.beside.program import Outcome, Program
from app.desk import Desk
from app.saving.page_saving import PageSaving
from app.saving.where import Form


class DrawnSaving(PageSaving):
    """Have a command draw what `write_down` gave a place for; that is gone when the file is there, or is not."""

    def __init__(
        self, desk: Desk, page: QWidget, button: QAbstractButton, *, forms: Mapping[str, Form], tip: str, command: str
    ) -> None:
        super().__init__(desk, page, button, forms=forms, tip=tip, command=command)
        self._program = Program(self)
        self._content: Path | None = None

    def write_down(self, name: str) -> Path:
        """Return a new file for what is to be drawn."""
        with tempfile.NamedTemporaryFile(prefix=f"opsroom-{name}-", suffix=".json", delete=False) as made:
            self._content = Path(made.name)
        return self._content

    def draw(self, command: tuple[str, ...], option: str, file: Path, what: str) -> None:
        """Have a command of this program draw what was written down into a file, over the city's ground."""
        city = getattr(self._desk.city, "folder", None)
        arguments = [*command, "--content", str(self._content), option, str(file)]

        def ended(outcome: Outcome) -> None:
            if outcome.is_well:
                self.made(file, what)
            else:
                self.failed(outcome.why)

        self._program.start(arguments if city is None else [*arguments, "--city", str(city)], ended)

    def given_up(self) -> None:
        if self._content is not None:
            self._content.unlink(missing_ok=True)
            self._content = None
        super().given_up()
