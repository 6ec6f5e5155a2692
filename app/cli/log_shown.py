"""`opsroom log shown`: what an operator was shown, months later, and whether it is what the log says."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dispatch.log import Log
    from dispatch.shown import Shown
    from dispatch.state import State

AS_SHOWN, NOT_AS_SHOWN, NONE_KEPT = 0, 1, 2
SHORT = 12


@dataclass(slots=True)
class Found:
    """One kept answer with what was found out about it."""

    shown: Shown
    problems: list[str]
    sent: list[dict[str, Any]]
    content: dict[str, Any] | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    differs: list[str] | None = None


def find(log: Log, what: str) -> tuple[list[Found], list[tuple[int, str]]]:
    """Find the answers kept under a hash or for an incident's number, the oldest first.

    Of a hash that units were sent by the first letters suffice.

    Each is held against its hash, and its roster, run cards and closures against those of the log at that entry. The
    second list has entries that name an answer of that hash or incident which is not kept. Raises NotSaved, LogDamaged.
    """
    sent = _sendings(log)
    if what.isdigit() and len(what) < SHORT:
        number = int(what)
        names = {name: None for name, rows in sent.items() if any(row["incident"] == number for row in rows)}
        kept = {shown.hash: shown for shown in log.shown_for(number)}
    else:
        names = {name: None for name in sent if name.startswith(what)}
        names |= {what: None} if len(what) == 64 else {}
        kept = {}
    for name in names:
        shown = log.shown(name)
        if shown is not None:
            kept[name] = shown
    found = [_examine(shown, sent.get(shown.hash, [])) for shown in kept.values()]
    found.sort(key=lambda each: (each.shown.at, each.shown.hash))
    _hold_against(log, found)
    missing = [(row["sequence"], name) for name in names if name not in kept for row in sent.get(name, [])]
    return found, sorted(set(missing))


def as_json(found: Found) -> dict[str, Any]:
    """Return one answer for a program."""
    shown = found.shown
    return {
        "hash": shown.hash,
        "kind": shown.kind,
        "incident": shown.incident_id or None,
        "sequence": shown.sequence,
        "at": shown.at.isoformat(),
        "as_shown": not found.problems,
        "problems": found.problems,
        "inputs": dict(found.inputs),
        "inputs_not_of_the_log": found.differs,
        "sent": found.sent,
        "content": found.content,
    }


def lines_of(found: Found) -> Iterator[str]:
    """Word one answer for a person."""
    from app.wording import need_sentence, sentence
    from dispatch.log_export import one_line
    from dispatch.shown import PLAN

    shown, content = found.shown, found.content
    head = f"{shown.hash}  {shown.at.isoformat(timespec='seconds')}  state of entry {shown.sequence}"
    yield f"{head}  {'as it was shown' if not found.problems else 'BAD'}"
    yield from (f"  BAD  {one_line(problem)}" for problem in found.problems)
    answers = [] if content is None else content["answers"] if shown.kind == "plan" else [content]
    for answer in answers:
        what = f"incident {answer['incident_id']}" if answer["incident_id"] else "a call being taken"
        guess = ", all by straight lines" if answer["is_estimate"] else ""
        yield one_line(f"  {answer['kind']}, level {answer['alarm_level']}, {what}{guess}")
        for each in answer["chosen"]:
            eta = each["eta"]
            minutes, seconds = divmod(round(eta["turnout_s"] + eta["travel_s"] + eta["access_s"]), 60)
            why = sentence(each["reason"]["code"], each["reason"]["parameters"])
            mark = "~" if each["is_estimate"] else " "
            yield one_line(
                f"    {each['unit_id']:<8} {mark}{minutes:>3}:{seconds:02d} {each['distance_m'] / 1000:>7.2f} km  "
                f"{each['need_id']:<14} {each['department']:<18} {why}"
            )
        for each in answer["unmet"]:
            why = need_sentence(each["reason"]["code"], each["reason"]["parameters"])
            yield one_line(f"    MISSING  {each['missing']} × {' or '.join(each['any_of'])} ({each['need_id']}): {why}")
        if answer["passed"]:
            yield f"    {len(answer['passed'])} passed over (--json lists them with their reasons)"
    for row in found.sent:
        why = f", {row['override_reason']}" if row["override_reason"] else ""
        told = f"entry {row['sequence']}: {row['unit']} was sent for {row['need'] or 'no need'} by {row['actor']}"
        yield one_line(f"  {told} at {row['seat']}{why}")
    if not found.sent and shown.kind != PLAN:
        yield "  nobody was sent by it: no entry of the log vouches for it"
    yield from (f"  input {name:<14} {checksum[:SHORT]}" for name, checksum in found.inputs)
    for name in found.differs or ():
        yield f"  NOT OF THIS LOG  {name}: the log had another one at entry {shown.sequence}"


def say(found: list[Found], missing: list[tuple[int, str]], args: argparse.Namespace) -> int:
    """Print what was found; return the exit code."""
    if args.json:
        not_kept = [{"sequence": sequence, "hash": name} for sequence, name in missing]
        print(json.dumps({"shown": [as_json(each) for each in found], "not_kept": not_kept}, ensure_ascii=False))
    else:
        for each in found:
            for line in lines_of(each):
                print(line)
        for sequence, name in missing:
            print(f"entry {sequence} names the answer {name[:SHORT]}, which is not kept here")
        if not found and not missing:
            print(f"Nothing that was shown is kept under {args.what}.")
    if any(each.problems or each.differs for each in found):
        return NOT_AS_SHOWN
    return AS_SHOWN if found else NONE_KEPT


def _sendings(log: Log) -> dict[str, list[dict[str, Any]]]:
    """Gather by the hash of the answer which units were sent by it."""
    from dispatch.events import UnitAssigned

    sent: dict[str, list[dict[str, Any]]] = {}
    for entry in log.read():
        for event in entry.events:
            if isinstance(event, UnitAssigned) and event.recommendation:
                row = {
                    "sequence": entry.sequence,
                    "at": entry.occurred_at.isoformat(),
                    "incident": event.incident_id,
                    "unit": event.unit_id,
                    "need": event.need_id,
                    "override_reason": event.override_reason,
                    "actor": entry.actor,
                    "seat": entry.seat,
                }
                sent.setdefault(event.recommendation, []).append(row)
    return sent


def _examine(shown: Shown, sent: list[dict[str, Any]]) -> Found:
    from dispatch.shown import NotAsShown
    from dispatch.shown_answers import read_shown

    try:
        read = read_shown(shown)
    except NotAsShown as error:
        return Found(shown, [str(error)], sent)
    return Found(shown, [], sent, read.content, read.answer.inputs)


def _hold_against(log: Log, found: list[Found]) -> None:
    """Say which inputs are not those of the log at the entry that an answer names: only one of both is true then."""
    from dispatch.state import State, apply

    wanted: dict[int, list[Found]] = {}
    for each in found:
        if each.inputs:
            wanted.setdefault(each.shown.sequence, []).append(each)
    state = State()
    for entry in log.read():
        if entry.sequence > max(wanted, default=0):
            return
        state = apply(state, entry)
        for each in wanted.get(entry.sequence, ()):
            each.differs = _differences(each, state)


def _differences(found: Found, state: State) -> list[str]:
    from dispatch.inputs import digest_of_closures, digest_of_roster, digest_of_run_cards

    of_log = {
        "roster": digest_of_roster(state.roster),
        "run_cards": digest_of_run_cards(state.run_cards),
        "closures": digest_of_closures(state.closures),
    }
    return [name for name, checksum in found.inputs if of_log.get(name, checksum) != checksum]
