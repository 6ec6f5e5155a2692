"""`opsroom log verify`, `log export` and `log shown`: the log on the command line."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from dispatch.log import Log, Verification

INTACT, BAD, CANNOT, PARTLY = 0, 1, 2, 3


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `log` with its subcommands; each sets `run`, which takes the arguments and returns the exit code."""
    log = subparsers.add_parser("log", help="verify or export a log, or see what was shown").add_subparsers(
        required=True, metavar="COMMAND"
    )
    verify = log.add_parser(
        "verify",
        help="check that nothing in a log was changed, removed or cut",
        description="Exit code 0: every entry is as it was written. 1: something is bad; the first bad entry is "
        "named. 2: the log cannot be opened. 3: nothing bad found, but not everything could be checked.",
    )
    _add_place(verify)
    verify.add_argument("--head", metavar="SEQUENCE:MAC", help="a head printed earlier, which the log must contain")
    verify.add_argument("--archive", type=Path, metavar="FILE", help="an archive of it, to be proved as one chain")
    verify.add_argument("--json", action="store_true", help="answer as one JSON object")
    verify.set_defaults(run=run_verify)
    export = log.add_parser("export", help="write a log as text, one line an entry")
    _add_place(export)
    export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    export.add_argument("--out", type=Path, metavar="FILE", help="write there and not to the screen")
    export.set_defaults(run=run_export)
    shown = log.add_parser(
        "shown",
        help="what an operator was shown when units were sent",
        description="Exit code 0: what is kept is what was shown. 1: something is not. 2: nothing is kept under that, "
        "or the log cannot be opened.",
    )
    _add_place(shown)
    shown.add_argument("what", metavar="HASH|INCIDENT", help="an answer's hash or its first letters, or an incident")
    shown.add_argument("--json", action="store_true", help="answer as one JSON object")
    shown.set_defaults(run=run_shown)


def run_verify(args: argparse.Namespace) -> int:
    """Check a log and say what was found."""
    from dispatch.log import LogDamaged, NotSaved
    from dispatch.log_export import one_line

    with _opened(args) as log:
        if log is None:
            return CANNOT
        try:
            found = _verified(log, args)
        except (LogDamaged, NotSaved, ValueError) as error:
            print(f"opsroom log verify: {error}", file=sys.stderr)
            return CANNOT
        missing = _missing_head(log, args.head) if args.head else ""
    intact = found.is_intact and not missing
    if args.json:
        print(json.dumps(_as_json(found, missing)))
    else:
        head = f", head {found.head}" if found.head else ""
        print(f"{log.name}: {found.entries} entries{head}")
        for problem in found.problems:
            print(f"BAD  {one_line(problem.text)}")
        if missing:
            print(f"BAD  {missing}")
        if found.first_bad is not None:
            print(f"The first bad entry is {found.first_bad}.")
        for what in found.unchecked:
            print(f"NOT CHECKED  {what}.")
        if intact:
            print("Every entry is as it was written." if not found.unchecked else "Nothing bad was found otherwise.")
    if not intact:
        return BAD
    return PARTLY if found.unchecked else INTACT


def _verified(log: Log, args: argparse.Namespace) -> Verification:
    if args.archive is None:
        return log.verify()
    from dispatch.archive import open_archive, verify_joined
    from dispatch.chain import default_key_folder
    from dispatch.log_table import TableLog

    archive = open_archive(args.archive, key_folder=args.keys or default_key_folder())
    try:
        assert isinstance(log, TableLog)
        return verify_joined(log, archive)
    finally:
        archive.close()


def run_export(args: argparse.Namespace) -> int:
    """Write a log as JSON lines or CSV."""
    from dispatch.log import LogDamaged, NotSaved
    from dispatch.log_export import write_csv, write_jsonl

    if args.out is not None and args.out.exists() and _is_same(args.out, args.log):
        print(f"opsroom log export: {args.out} is the log itself", file=sys.stderr)
        return CANNOT
    with _opened(args) as log:
        if log is None:
            return CANNOT
        told = log.without
        try:
            with _output(args.out) as out:
                count = (write_csv if args.format == "csv" else write_jsonl)(log.rows(), out)
        except (LogDamaged, NotSaved) as error:
            print(f"opsroom log export: {error}. What stands before it was written.", file=sys.stderr)
            _record(args)
            return BAD
        except BrokenPipeError:  # the reader (head, less) has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return INTACT
        except OSError as error:
            print(f"opsroom log export: {args.out or 'output'}: {error.strerror or error}", file=sys.stderr)
            return CANNOT
    if args.out is not None:
        print(f"{count} entries written to {args.out}")
    if told:
        print(f"opsroom log export: {told}: they are not in it", file=sys.stderr)
    _record(args)
    return INTACT


def run_shown(args: argparse.Namespace) -> int:
    """Print the answers that were shown for an incident, or under a hash."""
    from app.cli.log_shown import find, say
    from dispatch.log import LogDamaged, NotSaved

    with _opened(args) as log:
        if log is None:
            return CANNOT
        try:
            return say(*find(log, args.what), args)
        except (LogDamaged, NotSaved) as error:
            print(f"opsroom log shown: {error}", file=sys.stderr)
            return BAD


def _record(args: argparse.Namespace) -> None:
    from app.cli.recorded import is_redirected, record_export

    if args.out is not None or is_redirected():
        name = args.out.name if args.out is not None else "standard output"
        record_export(args.log, "log", f"{args.format}, {name}", keys=args.keys)


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("log", metavar="LOG", help="an SQLite file or a postgresql:// address")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")


@contextlib.contextmanager
def _opened(args: argparse.Namespace) -> Iterator[Log | None]:
    from dispatch.chain import default_key_folder
    from dispatch.log import LogDamaged, NotSaved, open_log

    log: Log | None = None
    try:
        log = open_log(args.log, key_folder=args.keys or default_key_folder(), read_only=True)
    except (LogDamaged, NotSaved) as error:
        print(f"opsroom log: {error}", file=sys.stderr)
    try:
        yield log
    finally:
        if log is not None:
            log.close()


@contextlib.contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    if path is not None:
        with path.open("w", encoding="utf-8", newline="") as out:
            yield out
        return
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    yield sys.stdout
    sys.stdout.flush()


def _is_same(out: Path, log: str) -> bool:
    return Path(log).exists() and out.samefile(log)


def _missing_head(log: Log, text: str) -> str:
    """Return what is wrong with a head that was printed earlier (its MAC may be shortened), empty if nothing is."""
    sequence, _, mac = text.partition(":")
    if not sequence.isdigit() or not mac:
        return f"--head {text}: give it as SEQUENCE:MAC"
    for row in log.rows():
        if row.sequence == int(sequence):
            return "" if row.mac.hex().startswith(mac.lower()) else f"entry {sequence} is not the one printed as head"
    return f"the log has no entry {sequence}, which was printed as head: it was cut, or is an older copy"


def _as_json(found: Verification, missing: str) -> dict[str, object]:
    problems = [{"sequence": each.sequence, "code": each.code, "text": each.text} for each in found.problems]
    if missing:
        problems.append({"sequence": None, "code": "printed_head", "text": missing})
    return {
        "intact": not problems,
        "entries": found.entries,
        "head": str(found.head) if found.head else None,
        "first_bad": found.first_bad,
        "problems": problems,
        "unchecked": list(found.unchecked),
    }
