"""The page that imports history: a file looked at and mapped, what becomes of its rows, a log of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from app.beside.window_apart import WindowApart
from app.desk import Desk
from app.history_in.asking import Asking, free_log
from app.history_in.draft import Draft
from app.history_in.parts import HistoryParts
from app.history_in.reader import Reader
from app.history_in.words import read_words
from app.parts.forms import show_words
from app.wording import one_line, text, tooltip
from dispatch.history.mapping import Mapping
from dispatch.history.mapping_file import parse_mapping, written

SOON_MS = 350  # between a change and the look at every row


class HistoryPage(HistoryParts):
    """Import one file after the other. `keys` is where the keys of logs are kept (None: where they always are)."""

    def __init__(self, desk: Desk, *, keys: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._keys = keys
        self.source: Path | None = None
        self.draft: Draft | None = None
        self.looked: dict[str, Any] | None = None
        self.imported: dict[str, Any] | None = None
        self.log: Path | None = None
        self._rows_wanted: tuple[str, int] | None = None
        self.reader = Reader(self)
        self.replay_window = WindowApart(self)
        self.replay_window.failed.connect(self._on_replay_failed)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._try)
        self._wire()
        self.asking = Asking(self, self)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.choose_button)

    def take_file(self, file: Path, layer: str = "") -> None:
        """Look at a file; nothing is written."""
        if self.reader.doing == "import":
            return
        self.source, self.looked, self.draft = file, None, None
        self._soon.stop()
        self._reset()
        show_words(self.said, text("history.reading", self.language, file=one_line(file.name, 80)))
        self.reader.ask("look", file=str(file), layer=layer)

    def take_mapping(self, mapping: Mapping, *, is_new: bool = False) -> None:
        """Read the file by another mapping."""
        if self.draft is not None:
            draft = Draft(self.draft.columns, mapping, frozenset() if is_new else self.draft.by_hand)
            self.take_draft(draft, is_new=is_new)

    def take_draft(self, draft: Draft, *, is_new: bool = False) -> None:
        """Read the file as somebody says now; it is looked at in a moment."""
        if self.looked is None or self.reader.doing == "import":
            return
        self.draft = draft
        self.columns.rows.take(draft)
        self.options.show_mapping(draft.mapping, self.looked, is_new=is_new)
        show_words(self.about, read_words(self.looked, draft, self.language))
        self._reset()
        self._soon.start()

    def do_import(self) -> None:
        """Write the log."""
        if self.draft is None or self.log is None or self.reader.doing:
            return
        if self.log.exists():
            self.side.say(text("history.log_there", self.language, file=one_line(self.log.name, 60)))
            return
        self.side.say("")
        self.reader.ask(
            "import", mapping=written(self.draft.mapping), city=str(self.options.folder), log=str(self.log),
            report=str(self.log.with_name(f"{self.log.name}.rows.csv")),
            keys=str(self._keys) if self._keys is not None else "",
        )  # fmt: skip
        self._show_busy("import", 0.0, "history.importing")

    def stop(self) -> None:
        """End what is going on; nothing half written is left."""
        self._soon.stop()
        self.reader.stop()

    def _wire(self) -> None:
        reader, side = self.reader, self.side
        reader.answered.connect(self._on_answer)
        reader.refused.connect(self._on_refused)
        reader.said.connect(lambda share, code: self._show_busy(reader.doing, share, code))
        reader.ended.connect(self._on_ended)
        reader.cancelled.connect(self._on_cancelled)
        self.columns.rows.changed.connect(self.take_draft)
        self.options.changed.connect(self.take_mapping)
        self.options.city_changed.connect(lambda: self.take_draft(self.draft) if self.draft is not None else None)
        self.rows.wanted.connect(self._ask_rows)
        self.layer.activated.connect(lambda _: self.take_file(self.source, self.layer.currentText()))  # type: ignore[arg-type]
        side.import_wanted.connect(self.do_import)
        side.cancel_wanted.connect(reader.cancel)
        side.replay_wanted.connect(self.replay)

    def _reset(self) -> None:
        """Let go of what was made of the file as it was read before."""
        self.side.outcome.clear()
        self.rows.clear()
        self._rows_wanted = None
        if self.imported is not None:
            self.imported = None
            self.side.show_result(None)
        if self.source is not None and (self.log is None or self.log.exists() or self.looked is None):
            self.log = free_log(self.source)
            self.side.show_log(self.log)
        self.side.say("")
        self._show_busy("")

    def _try(self) -> None:
        if self.draft is None:
            return
        self.reader.ask("try", mapping=written(self.draft.mapping), city=str(self.options.folder))
        self._show_busy("try", 0.0, "history.trying")

    def _show_busy(self, do: str, share: float = 0.0, code: str = "") -> None:
        self.side.show_busy(do, share, text(code, self.language) if code else "")
        is_import = do == "import"
        self.choose_button.setEnabled(not is_import)
        self.columns.setEnabled(not is_import)
        self.layer.setEnabled(not is_import)

    def _on_answer(self, answer: dict[str, Any]) -> None:
        {
            "look": self._on_looked, "try": self._on_tried, "rows": self.rows.add, "import": self._on_imported,
            "save": self._on_saved, "mapping": self._on_mapping,
        }[answer["do"]](answer)  # fmt: skip
        if not self.reader.doing:
            self._show_busy("")
            wanted, self._rows_wanted = self._rows_wanted, None
            if wanted is not None:
                self._ask_rows(*wanted)

    def _on_looked(self, answer: dict[str, Any]) -> None:
        self.looked = answer
        self.draft = Draft(tuple(answer["columns"]), parse_mapping(answer["mapping"]))
        show_words(self.said, " ".join(text("history.note", self.language, note=told) for told in answer["told"][:3]))
        assert self.source is not None
        self.file.setText(one_line(self.source.name, 50))
        self.file.setToolTip(tooltip(str(self.source)))
        self.file.show()
        self.columns.rows.show(self.draft, answer["samples"])
        with QSignalBlocker(self.layer):
            if [self.layer.itemText(place) for place in range(self.layer.count())] != answer["layers"]:
                self.layer.clear()
                self.layer.addItems(answer["layers"])
        self.layer.setVisible(len(answer["layers"]) > 1)
        self.pages.setCurrentIndex(1)
        self.columns.rows.judge(answer["judged"])
        self.take_draft(self.draft, is_new=True)
        self.columns.setFocus()

    def _on_tried(self, answer: dict[str, Any]) -> None:
        self.columns.rows.judge(answer["judged"])
        if self.draft is not None:
            self.options.show_mapping(self.draft.mapping, answer)
        self._show_summary(answer)
        self.side.say(text("history.tried", self.language), "notice")

    def _show_summary(self, answer: dict[str, Any]) -> None:
        zone = (self.draft.mapping.time_zone if self.draft is not None else "") or self.options.city_zone
        self.side.outcome.show_summary(answer["summary"], zone)
        self.rows.begin()

    def _on_imported(self, answer: dict[str, Any]) -> None:
        self.imported = answer
        self.side.show_result(answer)
        self._show_summary(answer)
        self.side.replay.setFocus()

    def _on_saved(self, answer: dict[str, Any]) -> None:
        self.side.say(text("history.report_saved", self.language, path=one_line(answer["saved"], 200)), "good")

    def _on_mapping(self, answer: dict[str, Any]) -> None:
        self.take_mapping(parse_mapping(answer["mapping"]), is_new=True)

    def _on_refused(self, do: str, code: str, words: str) -> None:
        problem = text(code, self.language, reason=words, file=words)
        self._show_busy("")
        if do == "look":
            show_words(self.said, problem, "warning")
            self.file.hide()
            show_words(self.about, "")
            self.layer.hide()
            self.pages.setCurrentIndex(0)
        else:
            self.side.say(problem)
        if do == "mapping":
            self._soon.start()  # what it gave up is looked at again

    def _on_ended(self, how: str) -> None:
        self._show_busy("")
        self.source = self.looked = self.draft = None
        self.pages.setCurrentIndex(0)
        self.file.hide()
        show_words(self.about, "")
        show_words(self.said, text("history.reader_ended", self.language, how=how), "warning")

    def _on_cancelled(self, do: str) -> None:
        self._show_busy("")
        if do == "import":
            self.side.say(text("history.cancelled", self.language), "notice")
            self._again()

    def _again(self) -> None:
        """Look once more at a file whose reader may be gone."""
        if self.source is not None:
            self._soon.start()

    def _ask_rows(self, verdict: str, after: int) -> None:
        if self.reader.doing:
            self._rows_wanted = (verdict, after)
        else:
            self.reader.ask("rows", verdict=verdict, after=after)

    def replay(self) -> None:
        """Open the log that was written as a replay."""
        if self.imported is not None:
            self.side.say(text("history.replaying", self.language), "notice")
            log, city = self.imported["log"], str(self.options.folder)
            self.replay_window.start(["replay", log, "--city", city, "--language", self.language])

    def _on_replay_failed(self, why: str) -> None:
        self.side.say(text("history.replay_failed", self.language, reason=one_line(why, 300)))

    def take_log(self, name: str) -> None:
        """Write the log elsewhere."""
        self.log = Path(name) if Path(name).suffix else Path(f"{name}.db")
        self.side.show_log(self.log)
        is_there = self.log.exists()
        words = text("history.log_there", self.language, file=one_line(self.log.name, 60)) if is_there else ""
        self.side.say(words)

    def save_report(self, name: str) -> None:
        """Write what became of every row."""
        if not self.reader.doing:
            self.reader.ask("save", file=name if Path(name).suffix else f"{name}.csv")

    def open_mapping(self, name: str) -> None:
        """Read the file by a mapping that somebody wrote."""
        if self.reader.doing != "import":
            self.reader.ask("mapping", file=name)

    def save_mapping(self, name: str) -> None:
        """Write the mapping as it is now."""
        if self.draft is None:
            return
        file = Path(name) if Path(name).suffix else Path(f"{name}.toml")
        try:
            file.write_text(written(self.draft.mapping), "utf-8", newline="\n")
        except OSError as problem:
            self.side.say(text("history.failed", self.language, reason=one_line(problem, 200)))
            return
        self.side.say(text("history.mapping_saved", self.language, path=one_line(file, 200)), "good")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self.take_file(Path(files[0]))
