"""`opsroom history preview | import | city`: the past of a city out of its files, into a log of its own.

Exit codes: 0 done; 1 it could not be done; 2 wrong arguments; 143 it was told to end (SIGTERM). `import --json` prints
{log, city, seconds, file, mapping, rows, taken, mended, refused, incidents, responses, units, entries, first_at,
last_at, instants {name: count}, precision {how: count}, what {code and field: count}, unlisted, told [text]}.
`preview --json` prints {file, rows, mapping, is_shipped, day_first, decided_by, time_zone, columns [{column, field,
samples}], told}. Where it could not be done --json prints {error "failed", message, problems [text]}.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.told_to_end import ends_when_told

if TYPE_CHECKING:
    from dispatch.history.mapping import Mapping
    from dispatch.history.past import Past
    from dispatch.history.report import Report
    from dispatch.history.table import Table

DONE, FAILED, USAGE = 0, 1, 2
SAMPLES = 3
MOST_SHOWN = 40
FOLDING = 0.3  # the share of the work that reading the rows is
CODES = {
    "same_as_row": "the same as an earlier row", "same_unit_and_incident": "a second row on one unit's response",
    "differs_from_other_rows": "differs from other rows of its incident", "unreadable": "cannot be read, left blank",
    "out_of_range": "not between 1970 and 2200, left blank",
    "ambiguous_hour": "in the hour that an autumn night has twice",
    "nonexistent_hour": "in the hour that a spring night skips, read as not yet moved",
    "before_received": "before the call, left blank", "far_apart": "more than a week behind the call, left blank",
    "contradicts": "runs backwards, left blank", "missing": "not in the file",
    "unknown_word": "a word that is not mapped",
    "no_place": "no place that can be found", "no_instant": "no instant", "null_island": "0, 0 is no place",
    "axes_swapped": "longitude and latitude were swapped", "outside_city": "far outside of the city",
    "geocoded": "found by its address", "shortened": "cut where it was too long",
    "sent_elsewhere": "sent elsewhere before it was free in the file",
}  # fmt: skip


def add_commands(subparsers: Any) -> None:
    """Add `history` with its subcommands; each sets `run`, which takes the arguments and returns the exit code."""
    commands = subparsers.add_parser(
        "history", help="take the past of a city from its files, into a log of its own"
    ).add_subparsers(required=True, metavar="COMMAND")
    preview = commands.add_parser("preview", help="say what the columns of a file are taken for; write a map to edit")
    _add_file(preview)
    preview.add_argument("--write-map", type=Path, metavar="FILE.toml", help="write what was recognised, to edit it")
    preview.set_defaults(run=run_preview)
    taking = commands.add_parser(
        "import",
        help="tell a file's incidents and responses into a new log",
        description="Reads CSV, Excel, OpenDocument, Parquet or GeoPackage: one row an incident or one row a response. "
        "The log is a history: no feed and no live desk writes to it. Callers become pseudonyms.",
    )
    _add_file(taking)
    taking.add_argument("--city", type=Path, required=True, metavar="DIR", help="the city's folder")
    taking.add_argument("--log", type=Path, metavar="OUT", help="the new log (default: beside FILE, as .history.db)")
    taking.add_argument(
        "--report", type=Path, metavar="OUT", help="row by row as .csv or .json (default: LOG.rows.csv)"
    )
    taking.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    taking.set_defaults(run=ends_when_told(run_import))
    city = commands.add_parser(
        "city",
        help="write the roster and the run cards that a file teaches into a city's folder",
        description="The city itself is built from its street file first: `opsroom city build --roads ... --layer "
        "stations=FILE`. Call signs are placed at the stations that they name.",
    )
    _add_file(city)
    city.add_argument("--city", type=Path, required=True, metavar="DIR", help="the city's folder")
    city.add_argument("--force", action="store_true", help="replace a roster.toml and runcards.toml that are there")
    city.set_defaults(run=run_city)


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="incidents or responses")
    parser.add_argument("--with", type=Path, dest="with_file", metavar="FILE2",
                        help="the other of the two, where incidents and responses stand apart")  # fmt: skip
    parser.add_argument("--map", type=Path, metavar="MAPPING.toml", help="what the columns mean (default: recognised)")
    parser.add_argument("--with-map", type=Path, metavar="MAPPING.toml", help="the same for FILE2")
    parser.add_argument("--layer", metavar="NAME", help="the sheet or layer (default: the first)")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run_preview(args: argparse.Namespace) -> int:
    """Say what each column is taken for, with some of its cells."""
    from dispatch.history.mapping_file import BadFile, written
    from dispatch.history.row import RowReader
    from dispatch.history.table import TableError
    from dispatch.log_export import one_line

    try:
        tables = _tables(args)
        shown = []
        for table, mapping in tables:
            reader = RowReader(table, mapping, time_zone=mapping.time_zone or "UTC")
            meaning = {each: name for name in mapping.columns for each in mapping.of(name, table.columns)}
            meaning |= {column: f"{name} (seconds)" for name, (column, _) in mapping.seconds.items()}
            columns = [
                {"column": name, "field": meaning.get(name, ""), "samples": _some(table, number)}
                for number, name in enumerate(table.columns)
            ]
            shown.append({
                "file": table.name, "rows": len(table.rows), "mapping": mapping.name, "is_shipped": bool(mapping.needs),
                "day_first": reader.is_day_first, "decided_by": reader.decided_by, "time_zone": mapping.time_zone,
                "columns": columns, "told": list(table.told),
            })  # fmt: skip
        if args.write_map is not None:
            if args.write_map.exists():
                return _failed(args, f"{args.write_map} is there already")
            args.write_map.write_text(written(tables[0][1]), "utf-8", newline="\n")
    except (TableError, BadFile, ValueError, OSError) as error:
        return _failed(args, error)
    if args.json:
        print(json.dumps(shown[0] if len(shown) == 1 else shown, ensure_ascii=False))
        return DONE
    for each in shown:
        print(f"{one_line(str(each['file']))}: {each['rows']:,} rows, read as {one_line(str(each['mapping']))}")
        print(f"  times: {each['time_zone'] or 'of the city'}, {'days' if each['day_first'] else 'months'} before "
              f"{'months' if each['day_first'] else 'days'} where written so ({each['decided_by']})")  # fmt: skip
        for column in each["columns"]:
            samples = ", ".join(one_line(cell) for cell in column["samples"])
            print(f"  {one_line(column['column']):<34.34} {column['field'] or '-':<16} {samples[:70]}")
        for told in each["told"]:
            print(f"  note: {one_line(told)}")
    return DONE


def _some(table: Table, number: int) -> list[str]:
    return list(dict.fromkeys(row[number] for row in table.rows[:200] if row[number]))[:SAMPLES]


def run_import(args: argparse.Namespace) -> int:
    """Import, and say what was taken, mended and refused."""
    from app.cli.progress import Progress
    from app.paper.whole import stand_clear
    from dispatch.chain import default_key_folder
    from dispatch.history.keep import keep
    from dispatch.history.mapping_file import BadFile
    from dispatch.history.table import TableError
    from dispatch.log import LogDamaged, NotSaved
    from dispatch.refused import Refused
    from gis.city import CityError

    out = args.log or args.file.with_name(f"{args.file.stem}.history.db")
    if out.exists():
        return _failed(args, f"{out} is there already: history goes into a log of its own")
    rows = args.report or out.with_name(f"{out.name}.rows.csv")
    read = (args.file, args.with_file, args.map, args.with_map)
    if rows.resolve() in [file.resolve() for file in (out, *read) if file is not None]:
        return _failed(args, f"--report: {rows} is what is read or the log; choose another name")
    progress, started = Progress(quiet=args.quiet), time.perf_counter()
    try:
        stand_clear(rows)
        past, report = _past(args, progress)
        if not past.incidents:
            _write_report(report, rows)
            return _failed(args, f"{args.file}: no row of it can be used; {_reasons(report)}")
        keep(
            past, out, key_folder=args.keys or default_key_folder(), report=report,
            say=lambda share, doing: progress(FOLDING + (1 - FOLDING) * share, doing),
        )  # fmt: skip
        _write_report(report, rows)
    except (TableError, BadFile, CityError, LogDamaged, NotSaved, ValueError, OSError) as error:
        progress.end()
        return _failed(args, error)
    except Refused as refused:
        progress.end()
        return _failed(args, f"the log refuses what was learnt from the file: {refused}")
    except KeyboardInterrupt:
        progress.end()
        return _failed(args, "interrupted; nothing was left behind")
    progress.end()
    seconds = time.perf_counter() - started
    if args.json:
        about = {"log": str(out), "city": str(args.city), "seconds": round(seconds, 1)}
        print(json.dumps(about | report.summary(), ensure_ascii=False))
        return DONE
    _print_report(report, f"{out}: {report.entries:,} entries in {seconds:.1f} s")
    return DONE


def run_city(args: argparse.Namespace) -> int:
    """Write the roster and run cards that a file teaches."""
    from app.cli.progress import Progress
    from dispatch.history.cards_toml import cards_text
    from dispatch.history.mapping_file import BadFile
    from dispatch.history.table import TableError
    from gis.city import CityError
    from resources.roster_toml import write_roster

    files = [args.city / name for name in ("roster.toml", "runcards.toml")]
    if not args.force and (there := [file for file in files if file.exists()]):
        return _failed(args, f"{there[0]} is there already; --force replaces it")
    progress = Progress(quiet=args.quiet)
    try:
        past, report = _past(args, progress)
        if not past.incidents:
            return _failed(args, f"{args.file}: no row of it can be used; {_reasons(report)}")
        head = f"Learnt from {report.file.encode('ascii', 'replace').decode()}: edit it."
        write_roster(files[0], past.roster, head=head)
        files[1].write_text(cards_text(past.cards, head=head), "utf-8", newline="\n")
    except (TableError, BadFile, CityError, ValueError, OSError) as error:
        progress.end()
        return _failed(args, error)
    progress.end()
    told = {
        "roster": str(files[0]), "run_cards": str(files[1]), "units": len(past.roster.units),
        "stations": len(past.roster.stations), "kinds": len(past.cards.cards),
        "placed": sum(not unit.invented for unit in past.roster.units),
    }  # fmt: skip
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{files[0]}: {told['units']:,} units, {told['placed']:,} of them at a station that they name")
        print(f"{files[1]}: {told['kinds']:,} kinds of incident")
    return DONE


def _tables(args: argparse.Namespace) -> list[tuple[Table, Mapping]]:
    from dispatch.history.mapping_file import read_mapping
    from dispatch.history.recognise import recognise
    from dispatch.history.table import read_table

    found = []
    for file, given in ((args.file, args.map), (args.with_file, args.with_map)):
        if file is not None:
            table = read_table(file, layer=args.layer if file is args.file else None)
            found.append((table, read_mapping(given) if given is not None else recognise(table)))
    return found


def _past(args: argparse.Namespace, progress: Any) -> tuple[Past, Report]:
    from dispatch.history.fold_rows import fold_rows
    from gis.city import City

    city = City.open(args.city)
    progress(0.0, "reading the file")
    tables = _tables(args)
    return fold_rows(tables, city=city, say=lambda share, doing: progress(FOLDING * share, doing))


def _write_report(report: Report, file: Path) -> None:
    from app.paper.whole import replace_file

    def fill(beside: Path) -> None:
        with beside.open("w", encoding="utf-8", newline="") as out:
            out.writelines([report.as_json()] if file.suffix.casefold() == ".json" else report.as_csv())

    replace_file(file, fill)


def _reasons(report: Report) -> str:
    return "; ".join(f"{_worded(what)}: {times:,}" for what, times in report.counts.most_common(5)) or "it has no rows"


def _worded(what: str) -> str:
    code, _, field = what.partition(" ")
    words = CODES.get(code, code.replace("_", " "))
    return f"{field.replace('_', ' ')}: {words}" if field else words


def _print_report(report: Report, head: str) -> None:
    from dispatch.log_export import one_line

    print(head)
    print(f"{report.rows:,} rows: {report.taken:,} taken, {report.mended:,} mended, {report.refused:,} refused")
    print(f"{report.incidents:,} incidents, {report.responses:,} responses, {report.units:,} units, "
          f"{report.first_at} to {report.last_at}")  # fmt: skip
    print("instants: " + ", ".join(f"{times:,} {name.replace('_', ' ')}" for name, times in report.instants.items()))
    print("places: " + ", ".join(f"{times:,} {how}" for how, times in report.precision.most_common()))
    for what, times in report.counts.most_common(MOST_SHOWN):
        print(f"  {times:>8,}  {_worded(what)}")
    for told in report.told:
        print(f"note: {one_line(told)}")


def _failed(args: argparse.Namespace, error: object) -> int:
    from app.cli.no_answer import say_no

    say_no("history", error, error="failed", as_json=args.json)
    return FAILED
