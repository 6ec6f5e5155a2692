"""What `opsroom simulate` runs: a scenario read, its city opened, its history learnt from; and where a run is kept."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from dispatch.sim.build import Ready
    from dispatch.sim.packed_log import SimulationLog
    from dispatch.sim.records import Records
    from dispatch.sim.study import PolicyPlan, Study

READY = 0.15  # the share of the work that getting ready is


def study_of(file: Path, args: argparse.Namespace) -> Study:
    """Read a scenario, with the seed and the replications that were asked for. Raises BadFile, ValueError."""
    from dispatch.sim.study_file import read_study

    study = read_study(file)
    if args.replications is not None:
        study = replace(study, replications=args.replications)
    if args.seed is not None:
        if args.seed < 0:
            raise ValueError("--seed must not be negative")
        study = replace(study, seed=args.seed)
    return study


def other_study(file: Path, first: Study, args: argparse.Namespace) -> Study:
    """Read the scenario that another one is set against: it has the other's chances. Raises BadFile, ValueError."""
    other = study_of(file, args)
    if (other.start_at, other.days, other.warm_up_h) != (first.start_at, first.days, first.warm_up_h):
        raise ValueError("--against: both scenarios must begin, warm up and end together")
    return replace(other, seed=first.seed, replications=first.replications)


def plans_of(study: Study, names: list[str]) -> list[PolicyPlan]:
    """Return the policies of names, the scenario's first where none is asked for. Raises ValueError."""
    from dispatch.sim.study import BUILT_IN
    from gis.located_toml import nearest

    asked = list(dict.fromkeys(names)) or [study.policies[0].id]
    known = list(dict.fromkeys(each.id for each in (*study.policies, *BUILT_IN)))
    for name in asked:
        if name not in known:
            raise ValueError(f"--policy: {name!r} is no policy{nearest(name, known)}")
    return [study.policy(name) for name in asked]


def ready_of(study: Study, args: argparse.Namespace, progress: Any) -> Ready:
    """Build what a scenario needs."""
    from app.city_files import redirects_of, roster_of, run_cards_of
    from dispatch.ground import Ground
    from dispatch.sim.build import make_ready
    from gis.city import City
    from gis.roads import RoadsError

    progress(0.0, "opening the city")
    city = City.open(study.city)
    records = None
    if study.demand.history is not None:
        progress(0.01, "reading the history")
        records = _records(study, city, args)
    roster, cards = roster_of(city)[0], run_cards_of(city)[0]
    if records is not None and not (city.folder / "roster.toml").is_file():
        roster = records.roster
    if records is not None and not (city.folder / "runcards.toml").is_file():
        cards = records.cards
    try:
        ground = Ground.of_city(city)
    except RoadsError:
        ground = None
    return make_ready(
        study, city=city, roster=roster, cards=cards, records=records, ground=ground, redirects=redirects_of(city)[0],
        say=lambda share, doing: progress(READY * share, doing),
    )  # fmt: skip


def _records(study: Study, city: Any, args: argparse.Namespace) -> Records:
    """Read the history: a log by its first bytes, anything else as a table."""
    from dispatch.history.fold_rows import fold_rows
    from dispatch.history.mapping_file import read_mapping
    from dispatch.history.recognise import recognise
    from dispatch.history.table import read_table
    from dispatch.sim.records import records_of_entries, records_of_past

    file = study.demand.history
    assert file is not None
    with file.open("rb") as opened:
        is_log = opened.read(16) == b"SQLite format 3\0" and file.suffix.casefold() not in (".gpkg",)
    if is_log:
        from dispatch.chain import default_key_folder
        from dispatch.log import open_log

        log = open_log(file, key_folder=args.keys or default_key_folder(), read_only=True)
        try:
            return records_of_entries(log.read())
        finally:
            log.close()
    table = read_table(file)
    mapping = read_mapping(study.demand.mapping) if study.demand.mapping is not None else recognise(table)
    return records_of_past(fold_rows([(table, mapping)], city=city)[0])


def keep(log: SimulationLog, args: argparse.Namespace) -> None:
    """Write a run where it was asked for, as lines of JSON or as a log of kind simulation; half of one is removed."""
    from dispatch.chain import default_key_folder
    from dispatch.log import open_log
    from dispatch.log_export import write_jsonl

    try:
        if args.log.suffix.casefold() == ".jsonl":
            with args.log.open("w", encoding="utf-8", newline="\n") as out:
                write_jsonl(log.rows(), out)
            return
        kept = open_log(args.log, key_folder=args.keys or default_key_folder())
        try:
            for entry in log.read():
                kept.append(entry)
        finally:
            kept.close()
    except BaseException:
        args.log.unlink(missing_ok=True)
        raise
