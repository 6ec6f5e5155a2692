"""`opsroom evidence`: are the photographs that a log names there and as they were kept? What is kept, in and out."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from pathlib import Path

from app.cli import evidence_in_room
from app.cli.evidence_in_room import room_of

INTACT, BAD, CANNOT = 0, 1, 2
MOST_LISTED = 50


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `evidence` with its subcommands; each sets `run`, which takes the arguments and returns the exit code."""
    evidence = subparsers.add_parser("evidence", help="verify and hand out the photographs of a log").add_subparsers(
        required=True, metavar="COMMAND"
    )
    evidence_in_room.add_commands(evidence)
    verify = evidence.add_parser(
        "verify",
        help="check that every photograph that a log names is there and as it was kept",
        description="Exit code 0: every photograph that the log names is there and as it was kept, or erased as the "
        "log says. 1: one is missing, altered, or kept although it is erased, or the log is damaged. 2: the log or the "
        "folder cannot be read. Files that the log does not name are listed and no fault. Whether the log itself is "
        "as it was written is `opsroom log verify`.",
    )
    verify.add_argument("log", metavar="LOG", help="an SQLite file or a postgresql:// address")
    verify.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="the folder of the photographs (default: LOG.evidence, or what the room's server keeps)",
    )
    verify.add_argument("--json", action="store_true", help="answer as one JSON object")
    verify.set_defaults(run=run_verify)


def run_verify(args: argparse.Namespace) -> int:
    """Check the photographs of a log and say what was found."""
    from dispatch.chain import default_key_folder
    from dispatch.codec import CannotDecode
    from dispatch.evidence import erased_evidence, named_evidence
    from dispatch.evidence_store import EvidenceStore, evidence_folder
    from dispatch.log import LogDamaged, NotSaved, open_log

    is_room = args.folder is None and "://" in args.log
    try:
        folder = None if is_room else args.folder or evidence_folder(args.log)
        log = open_log(args.log, key_folder=default_key_folder(), read_only=True)
        try:
            named, erased = named_evidence(log.rows()), erased_evidence(log.rows())
        finally:
            log.close()
        if folder is not None and (named or args.folder):
            next(folder.iterdir(), None)  # a folder that is not there is another fault than photographs that are not
        with contextlib.closing(EvidenceStore(folder) if folder is not None else room_of(args.log)) as store:
            found = store.check(named.keys() - erased.keys())
            left = [name for name in erased if store.holds(name)]
    except CannotDecode as error:
        return _failed(error, BAD if error.code == "damaged" else CANNOT)
    except (LogDamaged, NotSaved, ValueError) as error:
        return _failed(error, BAD if isinstance(error, LogDamaged) and error.sequence is not None else CANNOT)
    except OSError as error:
        return _failed(f"{error.filename or args.folder or args.log}: {error.strerror or error}", CANNOT)
    gone = len(erased) - len(left)
    named |= erased
    bad = [("missing", name) for name in found.missing] + [("altered", name) for name in found.altered]
    bad += [("kept yet", name) for name in left]
    strangers = [name for name in found.strangers if name.rpartition("/")[2] not in erased]
    if args.json:
        entries = {what: [{"id": name, "entry": named[name]} for each, name in bad if each == what] for what, _ in bad}
        print(json.dumps({
            "intact": not bad, "named": len(named), "whole": len(found.intact), "erased": gone,
            "missing": entries.get("missing", []), "altered": entries.get("altered", []),
            "kept_yet": entries.get("kept yet", []), "strangers": strangers, "folder": str(folder or ""),
        }))  # fmt: skip
    else:
        _say(args.log, len(named), [f"{what:<8} {name}, entry {named[name]}" for what, name in bad], strangers)
        if gone:
            print(f"ERASED  {gone}, as the log says")
    return BAD if bad else INTACT


def _say(log: str, named: int, bad: list[str], strangers: list[str]) -> None:
    from dispatch.log_export import one_line

    print(f"{log}: {named} photographs named")
    for line in bad:
        print(f"BAD  {line}")
    for name in strangers[:MOST_LISTED]:
        print(f"NOT NAMED  {one_line(name)}")
    if len(strangers) > MOST_LISTED:
        print(f"NOT NAMED  and {len(strangers) - MOST_LISTED} more")
    if not bad:
        print("Every photograph that the log names is as it was kept." if named else "The log names no photograph.")


def _failed(error: object, code: int) -> int:
    print(f"opsroom evidence: {error}", file=sys.stderr)
    return code
