"""The command `opsroom coverage`: how the demand of a city is covered, and what it is left with if units leave."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.city_files import roster_of, targets_of
from app.cli.given import far_off, instant, state_of
from app.wording import sentence
from dispatch.compliance import made_tables, table_moves
from dispatch.compliance_file import FILE as COMPLIANCE
from dispatch.compliance_file import read_compliance
from dispatch.coverage import Coverage
from dispatch.coverage_report import Cover, CoverageReport
from dispatch.demand.cells import demand_of
from dispatch.ground import Ground
from dispatch.move_ups import MoveUp, move_ups
from dispatch.recommendation import Reason
from dispatch.runcard import RunCards
from dispatch.state import State
from gis.city import City
from gis.located_toml import nearest
from resources.status import Status
from resources.units_file import ListedUnit, read_units

COVERED, SHORT, BAD_INPUT = 0, 1, 2


def add_commands(subparsers: Any) -> None:
    """Add `coverage` to the command line."""
    parser = subparsers.add_parser(
        "coverage",
        help="what the city is left with",
        description="Exit code 0: every target is met. 1: one is not, or would not be, or nobody counts. 2: bad input.",
    )
    parser.add_argument("--city", type=Path, required=True, metavar="DIR", help="a city's folder")
    parser.add_argument(
        "--units", type=Path, metavar="FILE.csv", help="id,department,capabilities;separated,status,lon,lat"
    )
    parser.add_argument("--leaving", type=_ids, default=(), metavar="E3,A2", help="units as if they had left")
    parser.add_argument("--when", type=instant, metavar="TIME", help="moment, as 2026-03-02T22:30+02:00 (now)")
    parser.add_argument("--move-ups", choices=("gain", "table"), default="gain", help="how move-ups are chosen (gain)")
    parser.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print how the city is covered; return the exit code.

    With --json it prints one object:
      city, at (ISO, UTC), leaving, demand {source, cells, cell_m}
      covers        list, one object a department and target: department, target, within_s, clock, at_least, busy,
                    units, units_after, reached, reached_after (shares of the demand that a free unit reaches in time),
                    expected, expected_after (MEXCLP: weighed by `busy`), area, area_kind, wait_s (of the part of the
                    city that is hit worst; null where there is none, or nobody gets there), reason {code, ...}
      move_ups      list: unit, department, from_station, to_station, gain (share of the demand), minutes_driven, reason
      unplaced      free units whose position is too old to count
      problems      units of departments that the roster does not have, or that stand far off the city's map
    Where there is no answer it prints {"error": "bad_input", "message": text, "problems": [text]}.
    """
    at = args.when or datetime.now(UTC)
    try:
        city = City.open(args.city)
        ground = Ground.of_city(city)
        state, problems = _state(city, ground, args)
        coverage = Coverage(ground, demand_of(city), targets_of(city)[0])
        report = coverage.answers(state, {}, at=at, leaving=args.leaving)
        moves = _moves(city, coverage, state, at, args)
    except (OSError, ValueError) as error:
        return _refuse(args, str(error))
    if args.json:
        print(json.dumps(_as_json(city, report, moves, problems), ensure_ascii=False))
    else:
        for line in _as_table(report, moves):
            print(line)
        for problem in problems:
            print(problem, file=sys.stderr)
    return COVERED if report.covers and not any(cover.is_short for cover in report.covers) else SHORT


def _state(city: City, ground: Ground, args: argparse.Namespace) -> tuple[State, list[str]]:
    """Make the state that the question is asked of; say which units nobody owns, and which stand far off the map."""
    roster, _ = roster_of(city)
    listed = read_units(args.units) if args.units else [ListedUnit(unit, Status.AVAILABLE) for unit in roster.units]
    known = {each.unit.id for each in listed}
    for unit_id in args.leaving:
        if unit_id not in known:
            raise ValueError(f"--leaving: there is no unit {unit_id!r}{nearest(unit_id, sorted(known))}")
    departments = {department.id for department in roster.departments}
    strangers = [each.unit for each in listed if each.unit.department not in departments]
    problems = [f"{unit.id}: no department {unit.department!r} in the roster of {city.name}" for unit in strangers]
    problems += far_off(city, ground, listed)
    roster = replace(roster, units=tuple(each.unit for each in listed))
    return state_of(roster, RunCards(), listed, time_zone=city.time_zone), problems


def _moves(city: City, coverage: Coverage, state: State, at: datetime, args: argparse.Namespace) -> tuple[MoveUp, ...]:
    if args.move_ups == "gain":
        return move_ups(coverage, state, {}, at=at, leaving=args.leaving)
    file = city.folder / COMPLIANCE
    if file.is_file():
        tables = read_compliance(file, roster=state.roster, targets=coverage.targets)
    else:
        tables = made_tables(coverage, state, {}, at=at)
    return table_moves(tables, coverage, state, {}, at=at, leaving=args.leaving)


def _as_json(city: City, report: CoverageReport, moves: Sequence[MoveUp], problems: Sequence[str]) -> dict[str, Any]:
    demand = report.demand
    return {
        "city": city.name,
        "at": report.at.astimezone(UTC).isoformat(),
        "leaving": list(report.leaving),
        "demand": {"source": demand.source, "cells": len(demand), "cell_m": demand.cell_m},
        "covers": [cover_json(cover) for cover in report.covers],
        "move_ups": [move_json(move) for move in moves],
        "unplaced": list(report.unplaced),
        "problems": list(problems),
    }


def move_json(move: MoveUp) -> dict[str, Any]:
    """Return a move-up for a program."""
    return {
        "unit": move.unit_id,
        "department": move.department,
        "from_station": move.from_station,
        "to_station": move.to_station,
        "gain": round(move.gain, 6),
        "minutes_driven": round(move.minutes_driven, 3),
        "reason": _reason(move.reason),
    }


def cover_json(cover: Cover) -> dict[str, Any]:
    """Return how one department meets one target for a program."""
    worst = cover.worst
    return {
        "department": cover.department,
        "target": cover.target.id,
        "within_s": cover.target.within_s,
        "clock": cover.target.clock,
        "at_least": cover.target.at_least,
        "busy": round(cover.busy, 4),
        "units": cover.units,
        "units_after": cover.units_after,
        "reached": round(cover.reached, 6),
        "reached_after": round(cover.reached_after, 6),
        "expected": round(cover.expected, 6),
        "expected_after": round(cover.expected_after, 6),
        "area": worst.area.name if worst else None,
        "area_kind": worst.area.kind if worst else None,
        "wait_s": worst.wait_s if worst else None,
        "reason": _reason(cover.reason),
    }


def _reason(reason: Reason) -> dict[str, str | float | int]:
    return {"code": reason.code, **dict(reason.parameters)}


def _as_table(report: CoverageReport, moves: Sequence[MoveUp]) -> list[str]:
    lines = []
    for cover in report.covers:
        mark = "!" if cover.is_short else " "
        lines.append(
            f"{mark} {cover.department:<18} {cover.target.id:<22} {cover.units:>3} → {cover.units_after:<3} "
            f"{cover.reached:>6.1%} → {cover.reached_after:>6.1%}  "
            f"{sentence(cover.reason.code, cover.reason.parameters)}"
        )
    lines += [f"  {move.unit_id:<8} {sentence(move.reason.code, move.reason.parameters)}" for move in moves]
    return lines or ["Nobody is there who counts for a target of this city."]


def _ids(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for part in text.split(",") if (word := part.strip())))


def _refuse(args: argparse.Namespace, message: str) -> int:
    if args.json:
        answer = {"error": "bad_input", "message": message.splitlines()[0], "problems": message.splitlines()}
        print(json.dumps(answer, ensure_ascii=False))
    for line in message.splitlines():
        print(f"opsroom coverage: {line}", file=sys.stderr)
    return BAD_INPUT
