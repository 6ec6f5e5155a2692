"""The command `opsroom map`: the map of a place as a picture, a sheet for paper or a page, without a window."""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.lonlat import lonlat, take_western_longitudes

if TYPE_CHECKING:
    from gis.city import City
    from maps.handout import Handout
    from maps.layers import Marks

DONE, FAILED, USAGE = 0, 1, 2
FORMS = ("png", "pdf", "svg", "html")
PAPER_MM = {"A5": (148, 210), "A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189)}
LEAST_PX, MOST_PX, MOST_MM = 64, 16_000, 2_000


def add_commands(subparsers: Any) -> None:
    """Add `map` to the command line."""
    parser = subparsers.add_parser(
        "map",
        help="hand out the map of a place: picture, sheet or page",
        description="Writes a PNG, a PDF or SVG sheet at a true scale with legend, grid, scale bar and sources, or an "
        "HTML page that stands by itself. Exit code 0: written. 1: it could not be. 2: wrong arguments.",
    )
    take_western_longitudes(parser)
    values = parser._negative_number_matcher.pattern  # also '-units,-roads' after --layers is no option
    parser._negative_number_matcher = re.compile(rf"{values}|^-[a-z][a-z0-9_]+(,.*)?$")
    parser.add_argument("--city", type=Path, required=True, metavar="DIR", help="a city's folder")
    parser.add_argument("--center", type=lonlat, metavar="LON,LAT", help="the middle (default: the city's)")
    scale = parser.add_mutually_exclusive_group()
    scale.add_argument("--zoom", type=float, metavar="Z", help="as web maps count: 13 a quarter, 17 a street (15)")
    scale.add_argument("--scale", type=_scale, metavar="1:N", help="the scale on paper, as 1:5000")
    parser.add_argument(
        "--size", default="", metavar="SIZE",
        help="WxH in pixels, WxHmm, or A5 to A0, with -portrait for upright (1280x800; A4 for pdf and svg)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="FILE.png, .pdf, .svg or .html")
    parser.add_argument(
        "--layers", default="", metavar="NAMES", help="only these, as units,incidents,districts; -name leaves one out"
    )
    parser.add_argument("--log", metavar="LOG", help="draw what happens: an SQLite file or a postgresql:// address")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    parser.add_argument("--marks", type=Path, help=argparse.SUPPRESS)  # what a window shows, as it wrote it down
    parser.add_argument("--title", default="", help="what stands on it (default: the city's name)")
    parser.add_argument("--night", action="store_true", help="dark colours")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--json", action="store_true", help="print what was written as one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the map; return the exit code.

    With --json it prints one object: file, bytes, form, scale (N of 1:N on paper or screen at 96 dpi), center
    [lon, lat], size [width, height] in pixels at 96 dpi, left_out (marks that a page has no room for), seconds. Where
    it cannot be written: {"error": text}.
    """
    started = time.monotonic()
    form = args.out.suffix[1:].casefold()
    if form not in FORMS:
        return _refuse(args, f"--out: {args.out.name!r} must end in .png, .pdf, .svg or .html", USAGE)
    try:
        size = _size(args.size or ("1280x800" if form in ("png", "html") else "A4"))
        if args.zoom is not None and not 2 <= args.zoom <= 21:
            raise ValueError(f"--zoom: must be 2 to 21, not {args.zoom:g}")
    except ValueError as error:
        return _refuse(args, str(error), USAGE)
    try:
        told = _write(args, form, *size)
    except (OSError, ValueError, LookupError) as error:
        return _refuse(args, _words(error), FAILED)
    told["seconds"] = round(time.monotonic() - started, 2)
    if args.log is not None and args.marks is None:  # a window keeps what it hands out itself
        from app.cli.recorded import record_export

        record_export(args.log, "map", args.out.name, keys=args.keys)
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{told['file']}: {told['bytes']:,} bytes, 1:{told['scale']:,.0f}, {told['seconds']:.1f} s")
    return DONE


def _write(args: argparse.Namespace, form: str, width: float, height: float, is_paper: bool) -> dict[str, Any]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from gis.city import City
    from maps.handout import chosen
    from maps.mercator import metres_per_pixel
    from maps.sheet import MM, Sheet, metres_per_pixel_of, scale_number, sheet_view
    from maps.style import DAY, NIGHT
    from maps.view import View

    application = QGuiApplication.instance() or QGuiApplication(["opsroom"])
    city = City.open(args.city)
    center = args.center or city.center
    x, y = _place(city, center)
    scale = metres_per_pixel_of(args.scale) if args.scale else metres_per_pixel(args.zoom or 15.0, center[1])
    marks, lines, banner = _moment(args, city)
    layers, marks = chosen(city, marks, [name.strip() for name in args.layers.split(",") if name.strip()])
    is_sheet = form in ("pdf", "svg") or (form == "png" and is_paper)
    ratio = {"pdf": 300 / 96, "svg": 2.0, "png": 200 / 96 if is_sheet else 1.0}.get(form, 1.0)
    view = View(x, y, scale, width, height, ratio)
    from maps.handout import Handout, Told

    told = Told(_plain(args.title) or city.name, lines, banner, args.language)
    theme = NIGHT if args.night else DAY
    handout = Handout(layers, view, theme, marks, told, label=_label(args.language), clean=_plain)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    beside = args.out.with_name(f".{args.out.name}.part{args.out.suffix}")
    try:
        if is_sheet:
            sheet = handout.sheet(Sheet("", crs=city.metric_crs, words=_sheet_words(args.language)))
            shown = sheet_view(width, height, sheet, x, y, scale, ratio)
            _write_sheet(handout, form, beside, width / MM, height / MM, sheet, shown)
        elif form == "png":
            _save(handout.picture(), beside)
        else:
            beside.write_text(handout.page(), encoding="utf-8")
        beside.replace(args.out)
    finally:
        beside.unlink(missing_ok=True)
    del application
    return {
        "file": str(args.out), "bytes": args.out.stat().st_size, "form": form, "scale": round(scale_number(scale)),
        "center": list(center), "size": [round(width), round(height)],
        "left_out": handout.left_out if form == "html" else 0,
    }  # fmt: skip


def _write_sheet(
    handout: Handout, form: str, file: Path, width_mm: float, height_mm: float, *sheet_and_view: Any
) -> None:
    if form == "pdf":
        handout.write_pdf(file, width_mm, height_mm, *sheet_and_view)
    elif form == "svg":
        handout.write_svg(file, width_mm, height_mm, *sheet_and_view)
    else:
        _save(handout.sheet_picture(width_mm, height_mm, *sheet_and_view), file)


def _save(image: Any, file: Path) -> None:
    if not image.save(str(file), "PNG"):
        raise OSError(f"{file.parent} cannot be written to")


def _place(city: City, center: tuple[float, float]) -> tuple[float, float]:
    west, south, east, north = city.bounds
    lon, lat = center
    if not (west <= lon <= east and south <= lat <= north):
        raise ValueError(
            f"--center: {lon:g},{lat:g} lies outside {city.name} "
            f"({west:.4f} to {east:.4f}, {south:.4f} to {north:.4f}); longitude comes first"
        )
    x, y = city.to_metric(lon, lat)
    return float(x), float(y)


def _moment(args: argparse.Namespace, city: City) -> tuple[Marks, tuple[str, ...], str]:
    """Return what happens: as a window wrote it down, as a log says, or only what the city itself has."""
    from maps.layers import Marks, station_marks

    if args.marks is not None:
        from maps.marks_file import read_moment

        return read_moment(args.marks)
    if args.log is None:
        return Marks(stations=station_marks(city)), (), ""
    from app.handout.moment import moment_of_log
    from dispatch.chain import default_key_folder

    return moment_of_log(city, args.log, args.keys or default_key_folder(), args.language)


def _label(language: str) -> Any:
    from app.wording import label

    return lambda group, code: label(group, code, language)


def _plain(text: str) -> str:
    from app.wording.plain import one_line

    return one_line(text, 200)


def _sheet_words(language: str) -> Any:
    from app.wording.screen import say
    from maps.sheet import Words

    return Words(*(say(f"sheet_{name}", language) for name in ("legend", "grid", "north", "scale")))


def _scale(text: str) -> float:
    found = re.fullmatch(r"(?:1:)?([0-9][0-9 ,.']*)", text.strip())
    number = float(re.sub(r"[ ,']", "", found[1])) if found else math.nan
    if not 100 <= number <= 2_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no scale from 1:100 to 1:2000000, as 1:5000")
    return number


def _size(text: str) -> tuple[float, float, bool]:
    """Return width and height in logical pixels, and whether that is a size of paper. Raises ValueError."""
    from maps.sheet import MM

    name, _, turned = text.partition("-")
    if name.upper() in PAPER_MM and turned in ("", "portrait", "landscape"):
        short, long = PAPER_MM[name.upper()]
        width, height = (short, long) if turned == "portrait" else (long, short)
        return width * MM, height * MM, True
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)\s*(mm|px)?", text.strip().casefold())
    if found is None:
        raise ValueError(f"--size: {text!r} is neither WxH, as 1280x800 or 200x150mm, nor A5 to A0 (A4-portrait)")
    width, height = float(found[1]), float(found[2])
    if found[3] == "mm":
        if not (60 <= width <= MOST_MM and 60 <= height <= MOST_MM):
            raise ValueError(f"--size: {text}: sides are 60 to {MOST_MM} mm")
        return width * MM, height * MM, True
    if not (LEAST_PX <= width <= MOST_PX and LEAST_PX <= height <= MOST_PX):
        raise ValueError(f"--size: {text}: sides are {LEAST_PX} to {MOST_PX} pixels")
    return width, height, False


def _words(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or ''}: {error.strerror}".lstrip(": ")
    return str(error.args[0]) if error.args else type(error).__name__


def _refuse(args: argparse.Namespace, words: str, code: int) -> int:
    if args.json:
        print(json.dumps({"error": words}, ensure_ascii=False))
    print(f"opsroom map: {words}", file=sys.stderr)
    return code
