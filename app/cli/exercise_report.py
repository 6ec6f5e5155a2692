"""`opsroom exercise report | debrief`: the after-action report of an exercise as a file, and its page in a window.

Exit codes: 0 done; 1 it could not be done; 2 wrong arguments; 3 there is no display. `report --json` prints {log, file,
decisions, head, seconds}.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.debriefing.material import Material

DONE, FAILED, USAGE, NO_DISPLAY = 0, 1, 2, 3
KEPT = ".material"  # as a window asks for it


def add_reports(commands: Any) -> None:
    """Add `report` and `debrief`; each sets `run`, which takes the arguments and returns the exit code."""
    reporting = commands.add_parser(
        "report",
        help="write the after-action report of an exercise (HTML, PDF)",
        description="Scores the exercise and writes what was done, what really happened and what was best, with maps, "
        "charts and the reasons. The same log, seed and city give the same page, byte for byte.",
    )
    reporting.add_argument("exercise", type=Path, metavar="LOG", help="the log of an exercise")
    reporting.add_argument("--out", type=Path, required=True, metavar="FILE|FOLDER",
                           help="a file that ends in .html or .pdf, or a folder for both")  # fmt: skip
    reporting.add_argument("--no-best", action="store_true", help="do not play it once more as planned, to compare")
    reporting.add_argument(
        "--no-coverage", action="store_true", help="leave out what part of the demand stays in reach"
    )
    reporting.add_argument("--material", type=Path, help=argparse.SUPPRESS)  # as a window worked it out
    reporting.add_argument("--steps", action="store_true", help=argparse.SUPPRESS)  # progress for a window
    reporting.add_argument("--quiet", action="store_true", help="no progress")
    reporting.add_argument("--json", action="store_true", help="print one JSON object")
    _add_common(reporting)
    reporting.set_defaults(run=run_report)
    showing = commands.add_parser("debrief", help="open the debriefing of an exercise in a window")
    showing.add_argument("exercise", type=Path, metavar="LOG", help="the log of an exercise")
    _add_common(showing)
    showing.set_defaults(run=run_debrief)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--city", type=Path, required=True, metavar="DIR", help="the city's folder")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    parser.add_argument("--language", choices=("en", "zh"), default="en")


def run_report(args: argparse.Namespace) -> int:
    """Write the report."""
    from app.cli.exercise_parts import check_out, keys_of
    from app.cli.progress import Progress
    from app.wording import label, text
    from dispatch.log import LogDamaged, NotSaved
    from gis.city import City, CityError

    if args.out.suffix and args.out.suffix.casefold() not in (".html", ".pdf", KEPT) and not args.out.is_dir():
        return _failed(text("debrief.not_a_form", args.language), USAGE)
    started, progress = time.perf_counter(), Progress(quiet=args.quiet)

    def say(share: float, step: str) -> None:
        progress(share, label("debrief_step", step, args.language))
        if args.steps:
            print(f"{share:.3f} {step}", flush=True)

    try:
        check_out(args.exercise, args.out)
        city = City.open(args.city)
        if args.material is not None:
            from app.debriefing.kept import decode_material

            material = decode_material(args.material.read_bytes())
        else:
            from app.debriefing.material import debrief_file

            material = debrief_file(
                args.exercise, city, key_folder=keys_of(args), with_best=not args.no_best,
                with_coverage=not args.no_coverage, say=say,
            )  # fmt: skip
        said = _write(args, material, city)
    except (CityError, LogDamaged, NotSaved, ValueError, OSError) as error:
        return _failed(error)
    except KeyboardInterrupt:
        return _failed("interrupted")
    if args.json:
        print(json.dumps({
            "log": str(args.exercise), "file": str(args.out), "decisions": len(material.debriefing.score.decisions),
            "head": material.head, "seconds": round(time.perf_counter() - started, 1),
        }, ensure_ascii=False))  # fmt: skip
    else:
        print(said)
    return DONE


def _write(args: argparse.Namespace, material: Material, city: Any) -> str:
    if args.out.suffix == KEPT:
        from app.debriefing.kept import encode_material

        args.out.write_bytes(encode_material(material))
        return str(args.out)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(["opsroom"])
    from app.debriefing.report import write_report

    said = write_report(material, city, args.out, args.language)
    del application
    return said


def run_debrief(args: argparse.Namespace) -> int:
    """Open the window."""
    from app import system_check
    from app.cli.exercise_parts import keys_of
    from gis.city import City, CityError

    if not system_check.has_display():
        return _failed("there is no display here: `opsroom exercise report` writes it to a file", NO_DISPLAY)
    try:
        city = City.open(args.city)
        if not args.exercise.is_file():
            raise FileNotFoundError(f"{args.exercise}: there is no such log")
    except (CityError, OSError) as error:
        return _failed(error)
    from app.garbage import by_hand

    with by_hand():
        from app.debriefing.opening import run_window

        look = args.look or "night"
        return run_window(args.exercise, city, key_folder=keys_of(args), language=args.language, look=look)


def _failed(error: object, code: int = FAILED) -> int:
    from dispatch.log_export import one_line

    for line in str(error).splitlines() or [""]:
        print(f"opsroom exercise: {one_line(line)}", file=sys.stderr)
    return code
