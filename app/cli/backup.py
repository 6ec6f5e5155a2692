"""`opsroom backup`, `backup-check`, `backup-key` and `restore`: a whole log in one file, proved both ways and timed."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dispatch.backup_contents import Contents
    from dispatch.log_backup import Backup
    from dispatch.sealing import Opener, Seal

DONE, BAD, CANNOT, PARTLY = 0, 1, 2, 3
_CODES = (
    "Exit code 0: done and proved. 1: something is not as it was written. 2: it cannot be done here. "
    "3: done and proved, but photographs that the log names are not in it."
)


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the four commands; each sets `run`, which takes the arguments and returns the exit code."""
    backup = subparsers.add_parser(
        "backup",
        help="write a log, and what is kept beside it, to one sealed file",
        description="The file holds personal data, photographs and the log's key, so it is sealed (age format): for "
        f"keys made by backup-key, or by a passphrase. {_CODES}",
    )
    _add_log(backup)
    backup.add_argument("--out", type=Path, required=True, metavar="FILE")
    add_seal(backup)
    backup.add_argument("--without-photographs", action="store_true")
    backup.add_argument("--without-key", action="store_true", help="leave the log's key out: keep a copy elsewhere")
    check = subparsers.add_parser(
        "backup-check", help="read a backup to its end and prove it", description=f"Nothing is written. {_CODES}"
    )
    restore = subparsers.add_parser(
        "restore",
        help="make a log again from a backup",
        description="The place must be empty. A restored log is the same log: a seat that had seen more of it says "
        f"so, and does not write, until its file of the head is moved away. {_CODES}",
    )
    restore.add_argument("--to", required=True, metavar="LOG", help="an SQLite file or a postgresql:// address")
    for parser in (check, restore):
        parser.add_argument("file", type=Path, metavar="FILE")
        add_opener(parser)
    for parser in (backup, restore):
        parser.add_argument(
            "--photographs", type=Path, metavar="DIR", help="where the photographs are (default: beside the log)"
        )
    for parser, run in ((backup, run_backup), (check, run_check), (restore, run_restore)):
        _add_keys(parser)
        parser.set_defaults(run=run)
    key = subparsers.add_parser(
        "backup-key",
        help="make a key that opens backups, and print what they are sealed for",
        description="Keep the file away from the machine that makes backups, twice, one copy offline.",
    )
    key.add_argument("--out", type=Path, required=True, metavar="KEYFILE", help="a new file (mode 0600)")
    key.set_defaults(run=run_key)


def add_seal(parser: argparse.ArgumentParser) -> None:
    """Add the ways in which a file may be sealed."""
    parser.add_argument(
        "--recipient", action="append", default=[], metavar="age1...", help="may be given several times"
    )
    parser.add_argument("--recipients-file", type=Path, metavar="FILE", help="recipients, one a line")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line (the file of mode 0600)")
    parser.add_argument("--plain", action="store_true", help="not sealed: only onto a medium that is encrypted itself")


def add_opener(parser: argparse.ArgumentParser) -> None:
    """Add the ways in which a sealed file may be opened."""
    parser.add_argument("--identity", type=Path, metavar="KEYFILE", help="the file that backup-key made")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line (the file of mode 0600)")


def seal_of(args: argparse.Namespace) -> Seal | None:
    """Return how a file is to be sealed, None for plain. Raises CannotSeal where neither is said, or both are."""
    from dispatch.sealing import CannotSeal, Seal, read_passphrase, read_recipients

    recipients = tuple(args.recipient) + (read_recipients(args.recipients_file) if args.recipients_file else ())
    passphrase = read_passphrase(args.passphrase_file) if args.passphrase_file else ""
    ways = sum((bool(recipients), bool(passphrase), args.plain))
    if ways > 1:
        raise CannotSeal("sealed for recipients, by a passphrase, or plain: say one of them")
    if not ways:
        raise CannotSeal(
            "a backup holds personal data: give --recipient (opsroom backup-key makes one) or --passphrase-file, "
            "or say --plain"
        )
    return None if args.plain else Seal(recipients, passphrase)


def opener_of(args: argparse.Namespace) -> Opener:
    """Return what may open a file. Raises CannotSeal, OSError."""
    from dispatch.sealing import Opener, read_identities, read_passphrase

    return Opener(
        read_identities(args.identity) if args.identity else (),
        read_passphrase(args.passphrase_file) if args.passphrase_file else "",
    )


def run_backup(args: argparse.Namespace) -> int:
    """Write a backup."""
    from app.cli.recorded import record_export
    from dispatch.log import open_log
    from dispatch.log_backup import write_backup
    from dispatch.log_table import TableLog

    def work() -> int:
        started = time.monotonic()
        how = seal_of(args)
        contents = None if args.without_photographs else _contents(args, args.place)
        if contents is not None:
            done_with.callback(contents.close)
        open_log(args.place, key_folder=_keys(args), read_only=True).close()
        # Before the backup, which thus holds it: restored, it reaches to the head that this machine has seen.
        record_export(args.place, "backup", args.out.name, keys=_keys(args))
        log = open_log(args.place, key_folder=_keys(args), read_only=True)
        assert isinstance(log, TableLog)
        try:
            made = write_backup(
                log,
                args.out,
                key_folder=_keys(args),
                made_at=datetime.now(UTC),
                how=how,
                contents=contents,
                with_key=not args.without_key,
            )
        finally:
            log.close()
        took_s, size_mb = time.monotonic() - started, args.out.stat().st_size / 1e6
        print(f"{args.out}: {_counted(made)}, {size_mb:.1f} MB, read back and proved, in {took_s:.1f} s.")
        _say_file(args.out, made)
        if how is None:
            print("It is not encrypted, and holds personal data. The log's key is not in it.")
        elif not made.header.key:
            print("The log's key is not in it: keep a copy of it elsewhere.")
        if contents is None:
            print("Photographs are not in it.")
        return _said_missing(made)

    with ExitStack() as done_with:
        return _guarded("backup", work)


def run_check(args: argparse.Namespace) -> int:
    """Prove a backup."""
    from dispatch.log_backup import check_backup

    def work() -> int:
        started = time.monotonic()
        found = check_backup(args.file, key_folder=_keys(args), opener=opener_of(args))
        print(f"{_counted(found)}, as of {_made(found)}, proved in {time.monotonic() - started:.1f} s.")
        _say_file(args.file, found)
        _say_key(found)
        return _said_missing(found)

    return _guarded("backup-check", work)


def run_restore(args: argparse.Namespace) -> int:
    """Restore a backup."""
    from dispatch.log_backup import restore_backup

    def work() -> int:
        started = time.monotonic()
        contents = _contents(args, args.to)
        if contents is not None:
            done_with.callback(contents.close)
        opener = opener_of(args)
        done = restore_backup(args.file, args.to, key_folder=_keys(args), opener=opener, contents=contents)
        backup, took_s = done.backup, time.monotonic() - started
        print(f"{_counted(backup)}, as of {_made(backup)}, restored and proved in {took_s:.1f} s.")
        _say_key(backup)
        if contents is None and backup.end.counts.get("photographs"):
            print("Its photographs were not restored: this server has no store for them (opsroom server init).")
            print("Restore into another place, or say --photographs DIR.")
        if done.behind:
            print(f"This machine had seen {done.behind} entries that the backup lacks: they are lost.")
            print(f"To go on from it, move away {backup.header.meta['log_id']}.head in {_keys(args)}, at every seat.")
        return _said_missing(backup)

    with ExitStack() as done_with:
        return _guarded("restore", work)


def run_key(args: argparse.Namespace) -> int:
    """Make a key for backups."""
    from dispatch.sealing import write_identity

    def work() -> int:
        try:
            recipient = write_identity(args.out, made_at=datetime.now(UTC))
        except FileExistsError:
            raise ValueError(f"{args.out} is there already") from None
        print(recipient)
        print(f"Backups for this recipient are opened by {args.out} alone: without it they are lost.", file=sys.stderr)
        return DONE

    return _guarded("backup-key", work)


def _contents(args: argparse.Namespace, place: str) -> Contents | None:
    """Return where the photographs of a log are kept; None where its server keeps none."""
    from dispatch.backup_contents import FolderContents, RoomContents
    from dispatch.evidence_store import EvidenceStore, evidence_folder
    from dispatch.room.blobs import NoBlobs

    if args.photographs is not None or "://" not in place:
        return FolderContents(EvidenceStore(args.photographs or evidence_folder(place)))
    try:
        return RoomContents(place)
    except NoBlobs:
        return None


def _counted(backup: Backup) -> str:
    counts = backup.end.counts
    beside = ", ".join(
        f"{counts.get(table, 0)} {words}"
        for table, words in (
            ("people", "people"),
            ("secrets", "passwords"),
            ("shown", "answers shown"),
            ("photographs", "photographs"),
        )
    )
    return f"{backup.found.entries} entries, {beside}"


def _made(backup: Backup) -> str:
    return f"{backup.header.made_at:%Y-%m-%d %H:%M:%S} UTC"


def _say_file(file: Path, backup: Backup) -> None:
    import hashlib

    with file.open("rb") as content:
        print(f"SHA-256 {hashlib.file_digest(content, 'sha256').hexdigest()}")
    print(f"head {backup.end.head}")


def _say_key(backup: Backup) -> None:
    if not backup.is_own_key:
        print("Proved by the key that came with it: hold the head against one that was printed earlier.")
        print(f"head {backup.end.head}")


def _said_missing(backup: Backup) -> int:
    for name in backup.missing[:20]:
        print(f"MISSING  the photograph {name}")
    if len(backup.missing) > 20:
        print(f"MISSING  and {len(backup.missing) - 20} more")
    return PARTLY if backup.missing else DONE


def _guarded(name: str, work: Callable[[], int]) -> int:
    from dispatch.backup_file import BackupBad
    from dispatch.log import LogDamaged, NotSaved

    try:
        return work()
    except (BackupBad, LogDamaged) as problem:
        print(f"opsroom {name}: {problem}", file=sys.stderr)
        return BAD
    except (NotSaved, OSError, ValueError) as problem:
        print(f"opsroom {name}: {problem}", file=sys.stderr)
        return CANNOT


def _add_log(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("place", metavar="LOG", help="an SQLite file or a postgresql:// address")


def _add_keys(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")


def _keys(args: argparse.Namespace) -> Path:
    from dispatch.chain import default_key_folder

    return args.keys or default_key_folder()
