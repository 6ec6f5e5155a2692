"""Write the past into a log file of its own: whole, or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from dispatch.chain import key_file, sync_folder
from dispatch.engine import Engine
from dispatch.history.past import Past
from dispatch.history.report import Report
from dispatch.history.tell import HistoryClock, tell
from dispatch.log_interface import NotSaved
from dispatch.log_sqlite import SqliteLog

PART = ".part"
BESIDE = ("", "-wal", "-shm", ".lock")
Say = Callable[[float, str], None]


def keep(past: Past, out: Path, *, key_folder: Path, report: Report, say: Say | None = None) -> None:
    """Tell the past into a new log at `out`, beside it first, and move it into its place when it is whole.

    Whatever ends it early, Ctrl-C too, leaves neither a half log nor its key. Raises NotSaved where `out` is there
    already or cannot be written; what `tell` does.
    """
    if out.exists():
        raise NotSaved("cannot_open", f"{out} is there already: nothing was written")
    part = out.with_name(out.name + PART)
    _remove(part)
    clock = HistoryClock()
    log: SqliteLog | None = None
    try:
        log = SqliteLog(part, key_folder=key_folder)
        log.hurry()
        engine = Engine(log, clock=clock)
        tell(past, engine, clock=clock, report=report, say=say)
        engine.stop()
        log.settle()
        log.close()
        part.replace(out)
        sync_folder(out.parent)
    except BaseException:
        if log is not None:
            log.close()
            for suffix in (".key", ".head", ".checkpoint"):
                key_file(key_folder, log.log_id).with_suffix(suffix).unlink(missing_ok=True)
        raise
    finally:
        _remove(part)


def remove_part(out: Path) -> None:
    """Take away what an import into `out` left that was killed; a log that is whole stays."""
    _remove(out.with_name(out.name + PART))


def _remove(part: Path) -> None:
    for suffix in BESIDE:
        with contextlib.suppress(OSError):
            part.with_name(part.name + suffix).unlink(missing_ok=True)
