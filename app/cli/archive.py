"""`opsroom archive` and `archive-refold`: old years of a log in a file of their own, that is proved and stays open."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dispatch.archive import Written
    from dispatch.log_table import TableLog

DONE, BAD, CANNOT = 0, 1, 2
YOUNGEST = timedelta(days=30)  # a seat that was away for less goes on from where it was
_CODES = "Exit code 0: done and proved. 1: something is not as it was written. 2: it cannot be done here."


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands; each sets `run`, which takes the arguments and returns the exit code."""
    archive = subparsers.add_parser(
        "archive",
        help="write the old years of a log to a file that opens as a log does",
        description="The file is a log that nothing writes to: opsroom --log, log, figures and report open it. Names "
        "and numbers of callers, passwords and photographs stay with the log. It is not encrypted; opsroom log verify "
        f"LOG --archive FILE proves both as one chain. {_CODES}",
    )
    archive.add_argument("--before", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    archive.add_argument("--to", type=Path, metavar="FILE", help="default: where the log looks for its archives")
    archive.add_argument(
        "--take-out",
        action="store_true",
        help="take the same entries out of the log afterwards, as the owner of the database; make a backup first. "
        "Figures of old years then need the file at hand",
    )
    archive.set_defaults(run=run_archive)
    refold = subparsers.add_parser(
        "archive-refold",
        help="after an update: make the state anew that a log goes on from, out of its archive",
        description=_CODES,
    )
    refold.add_argument("--archive", type=Path, metavar="FILE", help="default: where the log looks for its archives")
    refold.set_defaults(run=run_refold)
    for parser in (archive, refold):
        parser.add_argument("log", metavar="LOG", help="an SQLite file or a postgresql:// address")
        parser.add_argument(
            "--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)"
        )


def run_archive(args: argparse.Namespace) -> int:
    """Write an archive, and take out of the log what it holds if that is asked."""
    from dispatch.archive import CannotArchive, write_archive

    def work() -> int:
        started = time.monotonic()
        with _opened(args, read_only=True) as log:
            before = _midnight(log, args.before)
            if args.take_out and before > datetime.now(UTC) - YOUNGEST:
                raise CannotArchive(f"what is younger than {YOUNGEST.days} days is not taken out")
            out: Path = args.to or log.archive_folder / f"before-{args.before}.db"
            written = write_archive(log, out, before=before, key_folder=_keys(args))
        archive, size_mb = written.archive, out.stat().st_size / 1e6
        print(
            f"{out}: entries 1 to {archive.upto.sequence}, {written.answers} answers shown, {size_mb:.1f} MB, proved, "
            f"in {time.monotonic() - started:.1f} s."
        )
        print(f"SHA-256 {archive.digest}")
        print(f"head {archive.upto}")
        is_recorded = _record(args, written)
        if not args.take_out:
            return DONE
        if not is_recorded:
            raise CannotArchive("nothing is taken out of a log that does not say so itself")
        return _take_out(args, out, written)

    return _guarded("archive", work)


def run_refold(args: argparse.Namespace) -> int:
    """Make the state at a log's base anew."""
    from dispatch.archive import CannotArchive, refold

    def work() -> int:
        with _opened(args, read_only=False) as log:
            if log.archived is None:
                raise CannotArchive(f"nothing was taken out of {log.name}: it needs no archive")
            file = args.archive or log.archive_folder / log.archived.file
            print(f"{log.name} goes on from entry {refold(log, file, key_folder=_keys(args))}.")
        return DONE

    return _guarded("archive-refold", work)


def _take_out(args: argparse.Namespace, out: Path, written: Written) -> int:
    from dispatch.archive import take_out

    started = time.monotonic()
    with _opened(args, read_only=False) as log:
        count = take_out(log, out, written.archive, key_folder=_keys(args))
        folder = log.archive_folder
    print(f"{count} entries taken out of {args.log}, in {time.monotonic() - started:.1f} s.")
    if out.resolve().parent != folder.resolve():
        print(f"Who reads from the beginning (figures of old years) needs {out.name} in {folder}.")
    return DONE


def _record(args: argparse.Namespace, written: Written) -> bool:
    from app.cli.recorded import record_export

    archive = written.archive
    upto = f"1 to {archive.upto.sequence}, {archive.upto.mac.hex()[:32]}, SHA-256 {archive.digest}"
    what = "archive_taken_out" if args.take_out else "archive"
    return record_export(args.log, what, f"{archive.file}: {upto}", keys=_keys(args))


def _midnight(log: TableLog, day: date) -> datetime:
    """Return when a day begins where the log's city is."""
    from zoneinfo import ZoneInfo

    from dispatch.events import LogOpened

    first = next(log.read(), None)
    opened = first.events[0] if first is not None else None
    zone = ZoneInfo(opened.time_zone) if isinstance(opened, LogOpened) else UTC
    return datetime.combine(day, time_of_day(), zone).astimezone(UTC)


@contextmanager
def _opened(args: argparse.Namespace, *, read_only: bool) -> Iterator[TableLog]:
    from dispatch.log import NotSaved, open_log
    from dispatch.log_table import TableLog

    if "://" not in args.log and not Path(args.log).is_file():  # opening it would make one
        raise NotSaved("cannot_open", f"there is no file {args.log}")
    log = open_log(args.log, key_folder=_keys(args), read_only=read_only)
    assert isinstance(log, TableLog)
    try:
        if log.is_read_only and not read_only:
            raise NotSaved("read_only", f"{log.name}: {log.held_by or 'an archive'} holds it, close it first")
        yield log
    finally:
        log.close()


def _guarded(name: str, work: Callable[[], int]) -> int:
    from dispatch.log import LogDamaged, NotSaved

    try:
        return work()
    except LogDamaged as problem:
        print(f"opsroom {name}: {problem}", file=sys.stderr)
        return CANNOT if problem.code == "archived" else BAD
    except (NotSaved, OSError, ValueError) as problem:
        print(f"opsroom {name}: {problem}", file=sys.stderr)
        return CANNOT


def _keys(args: argparse.Namespace) -> Path:
    from dispatch.chain import default_key_folder

    return args.keys or default_key_folder()
