"""A gateway for positions: lines in, positions out to a room, and what was wrong told without end and without flood."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BufferedReader

from dispatch.engine import Engine
from dispatch.follower import Follower
from dispatch.log_interface import LiveLog
from dispatch.room.positions import PositionsWriter, PracticeLog
from resources.fixes import Verdict
from resources.position import Fix
from resources.position_lines import LONGEST_LINE, BadLine, LineReader

TOLD_OF_EACH = 3  # lines told in full of each sort of fault between two reports
PIECE = 65_536
FOLLOW_PAUSE_S = 0.2
LAST_WORD_S = 5.0
_WORDS = {
    Verdict.DUPLICATE: "came twice",
    Verdict.OUT_OF_ORDER: "came late",
    Verdict.FUTURE: "are of the future",
    Verdict.JUMP: "jumped too far to be believed at once",
    Verdict.NO_PLACE: "had no place",
    Verdict.FULL: "are of more units than can be",
}


class Feed:
    """Read lines and hand their positions to a room, until they end; never more in memory than one of each unit."""

    def __init__(self, log: LiveLog | PracticeLog, *, source: str, any_unit: bool, tell_every_s: float) -> None:
        self._log = log
        self._reader = LineReader(source=source, is_practice=isinstance(log, PracticeLog))
        self._engine = None if any_unit else Engine(log.log)
        self._writer = PositionsWriter(log, source)
        self._tell_every_s = tell_every_s
        self.wrong: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self.lines = 0
        self._was_lost = False

    def run(self, lines: BufferedReader, *, follow: bool = False) -> bool:
        """Hand out all; tell whether every line was a position of a unit that is known."""
        follower = Follower(self._engine) if self._engine is not None else None  # the roster may change
        if follower is not None:
            follower.start()
        self._writer.start()
        try:
            self._pass_on(_lots(lines, follow=follow))
        except KeyboardInterrupt:
            pass
        finally:
            self._writer.stop(within_s=LAST_WORD_S)
            if follower is not None:
                follower.stop()
            self._report()
        waits = self._writer.counts
        return not self.wrong and waits.sent >= waits.verdicts[Verdict.TAKEN] - waits.overtaken

    def _pass_on(self, lots: Iterable[list[bytes]]) -> None:
        told_s = time.monotonic()
        for lot in lots:
            found = [fix for line in lot if (fix := self._fix_of(line)) is not None]
            if found:
                self._writer.give(found)
            if time.monotonic() - told_s >= self._tell_every_s:
                told_s = time.monotonic()
                self._report()

    def _fix_of(self, line: bytes) -> Fix | None:
        self.lines += 1
        try:
            fix = self._reader.read(line)
            if fix is not None and self._engine is not None and fix.unit_id not in self._engine.state.units:
                raise BadLine("unknown_unit", f"the roster knows no unit {fix.unit_id!r}")
        except BadLine as problem:
            self.wrong[problem.code] += 1
            self._told[problem.code] += 1
            if self._told[problem.code] <= TOLD_OF_EACH:
                _tell(f"line {self.lines:,}: {problem}")
            return None
        return fix

    def _report(self) -> None:
        """Say in a line or two how it goes."""
        counts, code = self._writer.counts, self._writer.code
        parts = [f"{self.lines:,} lines", f"{counts.sent:,} positions handed out"]
        if counts.overtaken:
            parts.append(f"{counts.overtaken:,} overtaken by newer ones")
        parts += [
            f"{count:,} {_WORDS[verdict]}" for verdict, count in counts.verdicts.items() if verdict in _WORDS and count
        ]
        parts += [f"{count:,} wrong ({code_.replace('_', ' ')})" for code_, count in sorted(self.wrong.items())]
        _tell("; ".join(parts))
        self._told.clear()
        is_lost = code not in ("", "connecting")
        if is_lost:
            _tell(f"the server does not take them now ({code.replace('_', ' ')}); the newest of each unit waits")
        elif self._was_lost:
            _tell("the server takes them again")
        self._was_lost = is_lost


def _lots(lines: BufferedReader, *, follow: bool) -> Iterator[list[bytes]]:
    """Yield the lines that are there, as soon as they are; of one that is far too long only its beginning."""
    rest, is_skipping = b"", False
    while True:
        piece = lines.read1(PIECE)
        if not piece:
            if not follow:
                break
            yield []
            time.sleep(FOLLOW_PAUSE_S)
            continue
        *whole, last = piece.split(b"\n")
        if whole:
            whole[0] = b"" if is_skipping else rest + whole[0]
            rest, is_skipping = b"", False
        if not is_skipping:
            rest += last
            if len(rest) > LONGEST_LINE:
                whole.append(rest)  # told once; what follows of it is passed over
                rest, is_skipping = b"", True
        yield whole
    if rest:
        yield [rest]


def _tell(words: str) -> None:
    sys.stderr.write(f"opsroom positions: {words}\n")
    sys.stderr.flush()
