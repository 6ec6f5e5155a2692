"""`opsroom backup` and `opsroom restore`: a whole log in one file, proved both ways and timed."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dispatch.log_backup import Backup

DONE, BAD, CANNOT = 0, 1, 2


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `backup` and `restore`; each sets `run`, which takes the arguments and returns the exit code."""
    codes = "Exit code 0: done and proved. 1: something is not as it was written. 2: it cannot be done here."
    backup = subparsers.add_parser(
        "backup",
        help="write a log, and what is kept beside it, to one file",
        description="The file holds personal data and is not encrypted: keep it on an encrypted medium. The log's key "
        f"and photographs are not in it. {codes}",
    )
    backup.add_argument("place", metavar="LOG", help="an SQLite file or a postgresql:// address")
    backup.add_argument("--out", type=Path, required=True, metavar="FILE")
    restore = subparsers.add_parser(
        "restore",
        help="make a log again from a backup",
        description="The place must be empty; the log's key must be here. A restored log is the same log: a seat that "
        f"had seen more of it says so, and does not write, until its file of the head is moved away. {codes}",
    )
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--to", required=True, metavar="LOG", help="an SQLite file or a postgresql:// address")
    for parser, run in ((backup, run_backup), (restore, run_restore)):
        parser.add_argument(
            "--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)"
        )
        parser.set_defaults(run=run)


def run_backup(args: argparse.Namespace) -> int:
    """Write a backup."""
    from app.cli.recorded import record_export
    from dispatch.log import open_log
    from dispatch.log_backup import write_backup
    from dispatch.log_table import TableLog

    def work() -> int:
        started = time.monotonic()
        open_log(args.place, key_folder=_keys(args), read_only=True).close()
        # Before the backup, which thus holds it: restored, it reaches to the head that this machine has seen.
        record_export(args.place, "backup", args.out.name, keys=_keys(args))
        log = open_log(args.place, key_folder=_keys(args), read_only=True)
        assert isinstance(log, TableLog)
        try:
            made = write_backup(log, args.out, key_folder=_keys(args), made_at=datetime.now(UTC))
        finally:
            log.close()
        size = args.out.stat().st_size / 1e6
        print(f"{args.out}: {_counted(made)}, {size:.1f} MB, proved, in {time.monotonic() - started:.1f} s.")
        print("It is not encrypted, and holds personal data. The log's key and photographs are not in it.")
        return DONE

    return _guarded("backup", work)


def run_restore(args: argparse.Namespace) -> int:
    """Restore a backup."""
    from dispatch.log_backup import restore_backup

    def work() -> int:
        started = time.monotonic()
        done = restore_backup(args.file, args.to, key_folder=_keys(args))
        header, took_s = done.backup.header, time.monotonic() - started
        when = f"{header.made_at:%Y-%m-%d %H:%M:%S} UTC"
        print(f"{_counted(done.backup)}, as of {when}, restored and proved in {took_s:.1f} s.")
        if done.behind:
            print(f"This machine had seen {done.behind} entries that the backup lacks: they are lost.")
            print(f"To go on from it, move away {header.meta['log_id']}.head in {_keys(args)}, at every seat.")
        return DONE

    return _guarded("restore", work)


def _counted(backup: Backup) -> str:
    counts = backup.end.counts
    beside = ", ".join(
        f"{counts.get(table, 0)} {words}"
        for table, words in (("people", "people"), ("secrets", "passwords"), ("shown", "answers shown"))
    )
    return f"{backup.found.entries} entries, {beside}"


def _guarded(name: str, work: Callable[[], int]) -> int:
    from dispatch.log import LogDamaged, NotSaved
    from dispatch.log_backup import BackupBad

    try:
        return work()
    except (BackupBad, LogDamaged) as problem:
        print(f"opsroom {name}: {problem}", file=sys.stderr)
        return BAD
    except (NotSaved, OSError, ValueError) as problem:
        print(f"opsroom {name}: {problem}", file=sys.stderr)
        return CANNOT


def _keys(args: argparse.Namespace) -> Path:
    from dispatch.chain import default_key_folder

    return args.keys or default_key_folder()
