"""Check a whole log: the chain, the order, the columns, and the end."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch.chain import Head, Key
from dispatch.codec import CannotDecode, columns_of, decode
from dispatch.log import Problem, Verification, check_opening

MOST_PROBLEMS = 50


def verify_rows(
    rows: Iterable[tuple[tuple[object, ...], bytes, bytes]], *, key: Key | None, kept: Head | None
) -> Verification:
    """Return what is wrong with `rows`: (columns, body, mac) of every entry in order of sequence.

    `kept` must have been read before the rows: a log that is being written may be ahead of it, never behind.
    Each entry is held against the stored MAC of the one before, so that one change is one problem, not a thousand.
    """
    problems: list[Problem] = []

    def bad(sequence: int | None, code: str, text: str) -> None:
        if len(problems) < MOST_PROBLEMS:
            problems.append(Problem(sequence, code, text))

    expected, count, kept_seen = 1, 0, kept is None
    previous: bytes | None = key.first if key is not None else None
    head: Head | None = None
    for columns, body, mac in rows:
        sequence = int(str(columns[0]))
        count += 1
        if sequence != expected:
            missing = (
                f"entry {expected} is" if sequence == expected + 1 else f"entries {expected} to {sequence - 1} are"
            )
            bad(expected, "gap", f"{missing} missing")
            previous = None
        if key is not None and previous is not None and key.mac(previous, body) != mac:
            bad(sequence, "altered", f"entry {sequence} is not what was written: its MAC does not fit")
        try:
            if columns_of(body) != columns:
                bad(sequence, "columns", f"entry {sequence}: the columns say something else than its bytes")
            check_opening(decode(body))
        except CannotDecode as error:
            bad(sequence, error.code, str(error))
        except ValueError as error:
            bad(sequence, "damaged", str(error))
        if kept is not None and sequence == kept.sequence:
            kept_seen = True
            if mac != kept.mac:
                bad(sequence, "altered", f"entry {sequence} is not the one whose MAC was kept as the head of this log")
        head, previous, expected = Head(sequence, mac), mac, sequence + 1
    if kept is not None and not kept_seen:
        end = head.sequence if head is not None else 0
        bad(
            end + 1,
            "shorter_than_head",
            f"the log ends with entry {end}, but had come to {kept.sequence}: it was cut, or is an older copy",
        )
    unchecked = []
    if key is None:
        unchecked.append("the MACs of the entries and the end of the log: the key of this log is not here")
    elif kept is None:
        unchecked.append("the end of the log: no head of it was kept here")
    return Verification(count, head, tuple(problems), tuple(unchecked))
