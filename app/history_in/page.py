"""The page that imports history: files looked at and mapped, what becomes of their rows, a log of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.desk import Desk
from app.history_in.asking import Asking, free_log
from app.history_in.draft import Draft
from app.history_in.parts import HistoryParts
from app.history_in.reader import Reader
from app.history_in.replaying import Replaying
from app.history_in.sources import Hand
from app.history_in.words import read_words
from app.parts.forms import show_words
from app.wording import one_line, text
from dispatch.history.mapping import Mapping
from dispatch.history.mapping_file import parse_mapping, written

SOON_MS = 350  # between a change and the look at every row


class HistoryPage(HistoryParts):
    """Import a file, or two that belong together: incidents, and who was sent to them.

    `keys` is where the keys of logs are kept (None: where they always are).
    """

    def __init__(self, desk: Desk, *, keys: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._keys = keys
        self.hand = Hand()
        self.imported: dict[str, Any] | None = None
        self.log: Path | None = None
        self._rows_wanted: tuple[str, int] | None = None
        self.reader = Reader(self)
        self.replaying = Replaying(self.side, self.language)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._try)
        self.asking = Asking(self, self)
        self._wire()
        self.setFocusProxy(self.choose_button)

    @property
    def source(self) -> Path | None:
        """Return the first file, None while there is none."""
        return self.hand.sources[0].file if self.hand.sources else None

    @property
    def draft(self) -> Draft | None:
        """Return as what the file that is shown is read."""
        return self.hand.shown.draft if self.hand.shown is not None else None

    def take_files(self, files: Sequence[Path]) -> None:
        """Look at a file, or at two that belong together, in place of those before; nothing is written."""
        if self.reader.doing != "import" and files:
            self.hand.clear()
            self._look_at(files)

    def add_files(self, files: Sequence[Path]) -> None:
        """Look at the file that goes with the one that is there."""
        if self.reader.doing not in ("import", "look"):
            self._look_at(files)

    def drop_file(self, place: int) -> None:
        """Go on without one of the files."""
        if self.reader.doing not in ("import", "look") and len(self.hand.sources) > 1:
            self.hand.drop(self.hand.sources[place])
            self._look_on()

    def _look_at(self, files: Sequence[Path]) -> None:
        had_room = self.hand.add(files)
        self._soon.stop()
        self._reset()
        show_words(self.said, "" if had_room else text("history.two_only", self.language), "warning")
        self._look_on()

    def _look_on(self) -> None:
        """Look at the next file that was not; then show them all, and look at their rows."""
        if (unread := self.hand.unread) is not None:
            if not self.said.text():
                show_words(self.said, text("history.reading", self.language, file=one_line(unread.file.name, 80)))
            self.reader.ask("look", file=str(unread.file), layer=unread.layer)
            return
        self.hand.order()
        self.log = None  # it is named after the incidents
        self.show_file(self.hand.current)
        if self.draft is not None:
            self.take_draft(self.draft, is_new=True)

    def show_file(self, place: int) -> None:
        """Show the columns of one of the files."""
        self.hand.current = place
        if (shown := self.hand.shown) is not None and shown.draft is not None and shown.looked is not None:
            self.show_source(shown, shown.draft, shown.looked)
            self.files.show_files(self.hand.sources, place)

    def _take_layer(self) -> None:
        if (shown := self.hand.shown) is not None:
            shown.layer, shown.looked, shown.draft = self.layer.currentText(), None, None
            self._look_at(())

    def take_mapping(self, mapping: Mapping, *, is_new: bool = False) -> None:
        """Read the file by another mapping."""
        if self.draft is not None:
            draft = Draft(self.draft.columns, mapping, frozenset() if is_new else self.draft.by_hand)
            self.take_draft(draft, is_new=is_new)

    def take_draft(self, draft: Draft, *, is_new: bool = False) -> None:
        """Read the file as somebody says now; it is looked at in a moment."""
        shown = self.hand.shown
        if shown is None or shown.looked is None or self.reader.doing == "import":
            return
        shown.draft = draft
        self.columns.rows.take(draft)
        self.files.show_files(self.hand.sources, self.hand.current)
        self.options.show_mapping(draft.mapping, shown.looked, is_new=is_new)
        show_words(self.about, read_words(shown.looked, draft, self.language))
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
            "import", files=self.hand.wish(), city=str(self.options.folder), log=str(self.log),
            report=str(self.log.with_name(f"{self.log.name}.rows.csv")),
            keys=str(self._keys) if self._keys is not None else "",
        )  # fmt: skip
        self.show_busy("import", 0.0, "history.importing")

    def stop(self) -> None:
        """End what is going on; nothing half written is left."""
        self._soon.stop()
        self.reader.stop()

    def _wire(self) -> None:
        reader, side = self.reader, self.side
        reader.answered.connect(self._on_answer)
        reader.refused.connect(self._on_refused)
        reader.said.connect(lambda share, code: self.show_busy(reader.doing, share, code))
        reader.ended.connect(self._on_ended)
        reader.cancelled.connect(self._on_cancelled)
        self.columns.rows.changed.connect(self.take_draft)
        self.options.changed.connect(self.take_mapping)
        self.options.city_changed.connect(lambda: self.take_draft(self.draft) if self.draft is not None else None)
        self.rows.wanted.connect(self._ask_rows)
        self.layer.activated.connect(lambda _: self._take_layer())
        self.files.chosen.connect(self.show_file)
        self.files.dropped.connect(self.drop_file)
        side.import_wanted.connect(self.do_import)
        side.cancel_wanted.connect(reader.cancel)
        side.replay_wanted.connect(self._replay)
        self.files_dropped.connect(self.take_files)

    def _reset(self) -> None:
        """Let go of what was made of the file as it was read before."""
        self.clear()
        self._rows_wanted = None
        if self.imported is not None:
            self.imported = None
            self.side.show_result(None)
        if self.source is not None and (self.log is None or self.log.exists()):
            self.log = free_log(self.source)
            self.side.show_log(self.log)
        self.side.say("")
        self.show_busy("")

    def _try(self) -> None:
        if self.draft is None or self.hand.unread is not None:  # all are tried once the last was looked at
            return
        self.reader.ask("try", files=self.hand.wish(), city=str(self.options.folder))
        self.show_busy("try", 0.0, "history.trying")

    def _on_answer(self, answer: dict[str, Any]) -> None:
        {
            "look": self._on_looked, "try": self._on_tried, "rows": self.rows.add, "import": self._on_imported,
            "save": self._on_saved, "mapping": self._on_mapping,
        }[answer["do"]](answer)  # fmt: skip
        if not self.reader.doing:
            self.show_busy("")
            wanted, self._rows_wanted = self._rows_wanted, None
            if wanted is not None:
                self._ask_rows(*wanted)

    def _on_looked(self, answer: dict[str, Any]) -> None:
        source = self.hand.unread
        assert source is not None
        source.looked, source.draft = answer, Draft(tuple(answer["columns"]), parse_mapping(answer["mapping"]))
        if told := " ".join(text("history.note", self.language, note=told) for told in answer["told"][:3]):
            show_words(self.said, told)
        elif self.said.property("level") != "warning":
            show_words(self.said, "")
        self._look_on()
        self.columns.setFocus()

    def _on_tried(self, answer: dict[str, Any]) -> None:
        if self._soon.isActive():
            return  # they are read in another way by now, or are other files
        self.hand.judge(answer["files"])
        if (shown := self.hand.shown) is not None and shown.draft is not None and shown.looked is not None:
            self.columns.rows.judge(shown.looked["judged"])
            self.options.show_mapping(shown.draft.mapping, shown.looked)
        self._show_summary(answer)
        self.side.say(text("history.tried", self.language) if answer["summary"]["incidents"] else "", "notice")

    def _show_summary(self, answer: dict[str, Any]) -> None:
        zone = self.draft.mapping.time_zone if self.draft is not None else ""
        self.show_summary(answer["summary"], zone or self.options.city_zone, [each.rows for each in self.hand.sources])

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
        self.show_busy("")
        if do == "look":
            if (unread := self.hand.unread) is not None:
                self.hand.drop(unread)
            show_words(self.said, problem, "warning")
            self.show_page(has_file=bool(self.hand.sources))
            if self.hand.sources:
                self._look_on()
        else:
            self.side.say(problem)
        if do == "mapping":
            self._soon.start()  # what it gave up is looked at again

    def _on_ended(self, how: str) -> None:
        self.show_busy("")
        self.hand.clear()
        self.show_page(has_file=False)
        show_words(self.said, text("history.reader_ended", self.language, how=how), "warning")

    def _on_cancelled(self, do: str) -> None:
        self.show_busy("")
        if do == "import":
            self.side.say(text("history.cancelled", self.language), "notice")
            if self.source is not None:
                self._soon.start()  # its reader may be gone

    def _ask_rows(self, verdict: str, after: int) -> None:
        if self.reader.doing:
            self._rows_wanted = (verdict, after)
        else:
            self.reader.ask("rows", verdict=verdict, after=after)

    def _replay(self) -> None:
        if self.imported is not None:
            self.replaying.start(self.imported["log"], str(self.options.folder))

    def take_log(self, name: str) -> None:
        """Write the log elsewhere."""
        self.log = Path(name) if Path(name).suffix else Path(f"{name}.db")
        self.side.show_log(self.log)
        there = text("history.log_there", self.language, file=one_line(self.log.name, 60))
        self.side.say(there if self.log.exists() else "")

    def save_report(self, name: str) -> None:
        """Write what became of every row."""
        if not self.reader.doing:
            self.reader.ask("save", file=name if Path(name).suffix else f"{name}.csv")

    def open_mapping(self, name: str) -> None:
        """Read the file by a mapping that somebody wrote."""
        if (unread := self.hand.unread) is not None:
            self.side.say(text("history.reading", self.language, file=one_line(unread.file.name, 80)), "notice")
        elif self.reader.doing != "import":
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
