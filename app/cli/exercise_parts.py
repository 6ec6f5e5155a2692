"""What the command `opsroom exercise` plays with: the exercise, the city, and who decides."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dispatch.events import Entry
    from dispatch.exercise.exercise import Exercise, Outcome
    from dispatch.exercise.run import Player
    from dispatch.ground import Ground
    from gis.city import City

MOST_HOSPITALS = 50
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # a drive of Windows has one letter


def exercise_of(args: argparse.Namespace, city: City) -> tuple[Exercise, Outcome | None]:
    """Make the exercise that the arguments name. Raises BadFile, BadExercise, and what a log raises."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from app.city_files import action_cards_of, roster_of, run_cards_of
    from dispatch.exercise.from_history import from_history
    from dispatch.exercise.from_scenario import from_scenario
    from dispatch.exercise.retrace import check_city
    from dispatch.ground import Ground
    from dispatch.log import open_log
    from dispatch.scenario_file import read_scenario

    hospitals = _hospitals(city)
    if args.history is not None:
        log = open_log(args.history, key_folder=keys_of(args), read_only=True)
        try:
            seed = 1 if args.seed is None else args.seed
            exercise, outcome = from_history(
                log.read(), args.from_at, args.until, seed=seed, hospitals=hospitals, ground=Ground.of_city(city)
            )
            check_city(exercise, city.name)
            return replace(exercise, action_cards=action_cards_of(city)[0]), outcome
        finally:
            log.close()
    (roster, _), (cards, _) = roster_of(city), run_cards_of(city)
    scenario = read_scenario(
        args.scenario,
        kinds=[card.kind for card in cards.cards],
        units=[unit.id for unit in roster.units],
        departments=[each.id for each in roster.departments],
    )
    start_at = args.start or datetime(2026, 1, 1, 8, tzinfo=UTC)
    exercise = from_scenario(
        scenario, roster=roster, run_cards=cards, start_at=start_at, city=city.name, time_zone=city.time_zone,
        source_name=args.scenario.name, seed=args.seed, hospitals=hospitals,
    )  # fmt: skip
    return replace(exercise, action_cards=action_cards_of(city)[0]), None


def player_of(
    args: argparse.Namespace,
    exercise: Exercise,
    ground: Ground,
    outcome: Outcome | None,
    *,
    from_entry: Entry | None = None,
) -> Player:
    """Return who decides."""
    from dispatch.exercise import players
    from dispatch.exercise.script import read_script, scripted

    if args.script is not None:
        since = from_entry.recorded_at if from_entry is not None else None
        return scripted(read_script(args.script, exercise), exercise, ground, from_at=since)
    return players.player_of(args.policy or players.PLAN, exercise, ground, outcome=outcome, waits_s=args.wait)


def played_in(args: argparse.Namespace) -> tuple[Exercise, City, Ground]:
    """Read the exercise of a log, and open the city that it is of. Raises BadExercise, CityError."""
    from dispatch.exercise.beside import read_exercise
    from dispatch.exercise.retrace import check_city

    city, ground = city_of(args)
    exercise = read_exercise(args.exercise)
    check_city(exercise, city.name)
    return exercise, city, ground


def city_of(args: argparse.Namespace) -> tuple[City, Ground]:
    """Open the city and its roads."""
    from dispatch.ground import Ground
    from gis.city import City

    city = City.open(args.city)
    return city, Ground.of_city(city)


def _hospitals(city: City) -> tuple[tuple[float, float], ...]:
    if "hospitals" not in city.layer_names():
        return ()
    boxes = city.layer("hospitals").boxes
    return tuple(
        city.to_lonlat(float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2) for box in boxes[:MOST_HOSPITALS]
    )


def check_out(log: Path, out: Path | None) -> None:
    """Raise ValueError where what is to be written would go over the log of an exercise, or what stands beside it."""
    from dispatch.exercise.new_log import files_of

    if out is not None and out.is_file() and any(each.exists() and out.samefile(each) for each in files_of(log)):
        raise ValueError(f"{out} belongs to the log itself: write to another file")


def exercise_file(words: str) -> Path:
    """Take the file of a log: exercises and history are kept in files, never in a room's database."""
    if ADDRESS.match(words):
        raise argparse.ArgumentTypeError("it is kept in a file of its own, not in a room")  # it may hold a password
    return Path(words)


def keys_of(args: argparse.Namespace) -> Path:
    """Return where the keys of logs are."""
    from dispatch.chain import default_key_folder

    folder: Path = args.keys or default_key_folder()
    return folder
