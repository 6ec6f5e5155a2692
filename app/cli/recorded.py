"""What the command line takes out of a log is an entry of that log, as it is where a desk exports.

Printing to a terminal is no export, nor is verifying. The entry comes after the file, so what is written does not hold
it (but for a backup); the moment that a log tells (`State.at`) stays where it was.
"""

from __future__ import annotations

import getpass
import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from dispatch.figures.period import Period


def record_export(place: str | Path, what: str, detail: str, *, keys: Path | None = None) -> bool:
    """Write into the log at `place` that `what` (a label of `export`) was taken out of it; return whether it stands.

    Where it cannot be written, one line on the standard error says so and why: what was exported stays.
    """
    from app.wording import one_line, sentence
    from dispatch.log import LogDamaged, NotSaved
    from dispatch.refused import Refused

    try:
        _write(place, what, one_line(detail, 200), keys)
    except Refused as refused:
        why = sentence(refused.code, refused.parameters)
    except (NotSaved, LogDamaged, OSError) as problem:
        why = str(problem)
    else:
        return True
    print(f"opsroom: this export could not be written into the log: {one_line(why, 400)}", file=sys.stderr)
    return False


def is_redirected() -> bool:
    """Tell whether the standard output is a file, so that printing is an export."""
    try:
        return stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError, AttributeError):  # no output at all, or one without a number
        return False


def days_of(period: Period) -> str:
    """Name the first and the last day of a period, in its time zone."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(period.time_zone)
    last = period.to_at - timedelta(microseconds=1)
    return f"{period.from_at.astimezone(zone):%Y-%m-%d} to {last.astimezone(zone):%Y-%m-%d}"


def seat() -> str:
    """Return the seat of the console: it bears the name of whoever works there."""
    try:
        return f"console-{getpass.getuser()}"
    except (KeyError, OSError, ImportError):
        return "console-unknown"


def _write(place: str | Path, what: str, detail: str, keys: Path | None) -> None:
    from dispatch.account import CONSOLE
    from dispatch.account_commands import RecordExport
    from dispatch.chain import default_key_folder
    from dispatch.commands import Command, Who
    from dispatch.engine import Engine
    from dispatch.events import LogKind
    from dispatch.log import NotSaved, open_log

    if "://" not in str(place) and not Path(place).is_file():  # opening it would make one
        raise NotSaved("cannot_open", f"there is no file {place}")
    log = open_log(place, key_folder=keys or default_key_folder())
    try:
        if log.is_read_only:
            raise NotSaved("read_only", f"{log.held_by or 'another program'} writes it")
        if log.kind is LogKind.EXERCISE:
            return  # its time is not this machine's, and nothing of it is real
        who = Who(CONSOLE, "system", "", seat())
        Engine(log).do(Command(f"console-export-{uuid4().hex}", datetime.now(UTC), who, RecordExport(what, detail)))
    finally:
        log.close()
