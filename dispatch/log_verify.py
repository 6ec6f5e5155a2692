"""Check a whole log: the chain, the order, the columns, and the end."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch.chain import Head, Key
from dispatch.codec import CannotDecode, columns_of, decode
from dispatch.events import UnitAssigned
from dispatch.log_interface import LogDamaged, Problem, StoredRow, Verification, check_opening
from dispatch.shown import NotAsShown, Shown, open_shown

MOST_PROBLEMS = 50


def verify_rows(
    rows: Iterable[StoredRow],
    shown: Iterable[Shown] = (),
    *,
    key: Key | None,
    kept: Head | None,
    base: Head | None = None,
) -> Verification:
    """Return what is wrong with `rows`, which stand in order of sequence, and with the answers kept beside them.

    `kept` must have been read before the rows: a log that is being written may be ahead of it, never behind.
    `base` is the entry of another log that the first row goes on from (None: it is entry 1).
    An answer is held against its hash, which the entry of a sending names: so the chain proves it too.
    Each entry is held against the stored MAC of the one before, so that one change is one problem, not a thousand.
    """
    check = _Check(key, kept, base)
    try:
        for row in rows:
            check.take(row)
    except LogDamaged as error:
        check.bad(error.sequence, error.code, str(error))
    else:
        check.end()
    unchecked = check.take_shown(shown)
    if key is None:
        unchecked.append("the MACs of the entries and the end of the log: the key of this log is not here")
    elif kept is None:
        unchecked.append("the end of the log: no head of it was kept here")
    return Verification(check.count, check.head, tuple(check.problems), tuple(unchecked))


class _Check:
    def __init__(self, key: Key | None, kept: Head | None, base: Head | None) -> None:
        self._key = key
        self._kept = kept
        self._expected = 1 if base is None else base.sequence + 1
        self._previous = base.mac if base is not None else key.first if key is not None else None
        self.count = 0
        self.head: Head | None = None
        self.problems: list[Problem] = []
        self._sent_by: dict[str, int] = {}  # the first entry that names an answer

    def bad(self, sequence: int | None, code: str, text: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(sequence, code, text))

    def take(self, row: StoredRow) -> None:
        sequence = row.sequence
        self.count += 1
        if sequence < self._expected:
            self.bad(sequence, "extra", f"entry {sequence} has no place in a log")
            return
        if sequence > self._expected:
            last = sequence - 1
            gap = f"entry {last} is" if last == self._expected else f"entries {self._expected} to {last} are"
            self.bad(self._expected, "gap", f"{gap} missing")
            self._previous = None
        self._check_bytes(row)
        self.head = Head(sequence, row.mac)
        self._previous, self._expected = row.mac, sequence + 1

    def _check_bytes(self, row: StoredRow) -> None:
        sequence, kept = row.sequence, self._kept
        if self._key is not None and self._previous is not None and self._key.mac(self._previous, row.body) != row.mac:
            self.bad(sequence, "altered", f"entry {sequence} is not what was written: its MAC does not fit")
        elif kept is not None and sequence == kept.sequence and row.mac != kept.mac:
            self.bad(sequence, "altered", f"entry {sequence} is not the one that was kept as the head of this log")
        try:
            if columns_of(row.body) != row.columns:
                self.bad(sequence, "columns", f"entry {sequence}: the columns say something else than its bytes")
            entry = decode(row.body)
            check_opening(entry)
            for event in entry.events:
                if isinstance(event, UnitAssigned) and event.recommendation:
                    self._sent_by.setdefault(event.recommendation, sequence)
        except CannotDecode as error:
            self.bad(sequence, error.code, str(error))
        except ValueError as error:
            self.bad(sequence, "damaged", str(error))

    def take_shown(self, shown: Iterable[Shown]) -> list[str]:
        """Check the answers that are kept; return what cannot be said because some are not."""
        try:
            for each in shown:
                sequence = self._sent_by.pop(each.hash, None)
                try:
                    open_shown(each)
                except NotAsShown as error:
                    self.bad(sequence, "shown_altered", str(error))
        except LogDamaged as error:
            self.bad(None, error.code, f"the answers that were shown cannot be read: {error}")
            return []
        if not self._sent_by:
            return []
        first, count = min(self._sent_by.values()), len(self._sent_by)
        what = "an answer" if count == 1 else f"{count} answers"
        return [f"{what} that units were sent by, first at entry {first}: not kept here"]

    def end(self) -> None:
        kept, last = self._kept, self._expected - 1
        if kept is not None and kept.sequence > last:
            self.bad(
                self._expected,
                "shorter_than_head",
                f"the log ends with entry {last}, but had come to {kept.sequence}: it was cut, or is an older copy",
            )
