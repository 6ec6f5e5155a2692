"""The side of the import page: how the file is read, what becomes of it, where to, and what is done with it then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.history_in.options import Options
from app.history_in.outcome import Outcome
from app.parts.forms import button, plain_label, show_words, small_button
from app.window.status_line import Passing
from app.wording import one_line, text, tooltip

STEPS = 1_000


class Side(QWidget):
    """Hold options, outcome and deeds; the page does what its signals ask for."""

    log_wanted = Signal()
    import_wanted = Signal()
    cancel_wanted = Signal()
    replay_wanted = Signal()
    report_wanted = Signal()
    open_mapping_wanted = Signal()
    save_mapping_wanted = Signal()

    def __init__(self, language: str, options: Options) -> None:
        super().__init__()
        self._language = language
        self.options, self.outcome = options, Outcome(language)
        self.open_mapping = small_button(text("history.open_mapping", language), self.open_mapping_wanted.emit)
        self.save_mapping = small_button(text("history.save_mapping", language), self.save_mapping_wanted.emit)
        self.log = Passing()
        self.other_log = small_button(text("history.other_log", language), self.log_wanted.emit)
        self.doing = plain_label(role="muted")
        self.progress = QProgressBar()
        self.progress.setRange(0, STEPS)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(8)
        self.said = plain_label()
        tip = text("history.import_tip", language)
        self.do_import = button(text("history.import", language), self.import_wanted.emit, role="primary", tip=tip)
        self.cancel = button(text("history.cancel", language), self.cancel_wanted.emit)
        self.replay = button(
            text("history.replay", language), self.replay_wanted.emit, role="primary",
            tip=text("history.replay_tip", language),
        )  # fmt: skip
        self.report = button(text("history.save_report", language), self.report_wanted.emit)
        self._lay()
        self._is_usable = False  # at least one row of what is in hand
        self.show_busy("")
        self.show_result(None)

    def _lay(self) -> None:
        language = self._language
        mapping = QHBoxLayout()
        mapping.addWidget(self.open_mapping)
        mapping.addWidget(self.save_mapping)
        mapping.addStretch(1)
        self._where = QWidget()
        where = QHBoxLayout(self._where)
        where.setContentsMargins(0, 0, 0, 0)
        where.addWidget(plain_label(text("history.log", language), role="muted", wraps=False))
        where.addWidget(self.log, 1)
        where.addWidget(self.other_log)
        deeds = QHBoxLayout()
        deeds.addWidget(self.report)
        deeds.addStretch(1)
        for one in (self.cancel, self.do_import, self.replay):
            deeds.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(plain_label(text("history.how_read", language), role="title", wraps=False))
        column.addWidget(self.options)
        column.addLayout(mapping)
        column.addSpacing(6)
        column.addWidget(plain_label(text("history.preview", language), role="title", wraps=False))
        column.addWidget(self.outcome, 1)
        column.addWidget(self.doing)
        column.addWidget(self.progress)
        column.addWidget(self.said)
        column.addWidget(self._where)
        column.addLayout(deeds)

    def show_log(self, log: Path) -> None:
        """Show where the new log is to be."""
        self.log.setText(one_line(log.name, 120))
        self.log.setToolTip(tooltip(str(log)))

    def clear(self) -> None:
        """Show nothing of what becomes of the rows: it is not known, and nothing can be imported yet."""
        self.outcome.clear()
        self._take_usable(False, "")

    def show_summary(self, summary: dict[str, Any], zone: str) -> None:
        """Show what becomes of the rows; where none can be used there is nothing to import."""
        self.outcome.show_summary(summary, zone)
        is_usable = bool(summary["incidents"])
        self._take_usable(is_usable, "history.import_tip" if is_usable else "history.no_rows")

    def _take_usable(self, is_usable: bool, why: str) -> None:
        self._is_usable = is_usable
        self.do_import.setEnabled(is_usable)
        self.do_import.setToolTip(text(why, self._language) if why else "")

    def show_busy(self, do: str, share: float = 0.0, words: str = "") -> None:
        """Show what is being done: a look at every row (`try`), or an import, beside which nothing else is asked."""
        is_import = do == "import"
        self.progress.setVisible(do in ("try", "import"))
        self.progress.setValue(round(share * STEPS))
        show_words(self.doing, words)
        self.cancel.setVisible(is_import)
        for one in (self.options, self.open_mapping, self.save_mapping, self.other_log):
            one.setEnabled(not is_import)
        self.do_import.setEnabled(not do and self._is_usable)
        self.report.setEnabled(not do)

    def show_result(self, answer: dict[str, Any] | None) -> None:
        """Show that the log is written; None while it is not."""
        is_there = answer is not None
        self.replay.setVisible(is_there)
        self.do_import.setVisible(not is_there)
        self._where.setVisible(not is_there)
        if answer is None:
            show_words(self.said, "")
            return
        summary = answer["summary"]
        done = text(
            "history.imported", self._language, entries=f"{summary['entries']:,}", seconds=f"{answer['seconds']:,}"
        )
        where = text(
            "history.imported_where", self._language, log=one_line(answer["log"], 300),
            report=one_line(Path(answer["report"]).name, 120),
        )  # fmt: skip
        show_words(self.said, f"{done}\n{where}", "good")

    def say(self, words: str, level: str = "warning") -> None:
        """Say something beside the deeds."""
        show_words(self.said, words, level)
