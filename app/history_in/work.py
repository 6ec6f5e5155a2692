"""What the reader of a history file is asked, and how it answers: tables of plain values, in a process of its own.

| `do`      | takes                          | answers                                                             |
| --------- | ------------------------------ | ------------------------------------------------------------------- |
| `look`    | file, layer                    | columns, samples, rows, layers, told; mapping and what `judge` says |
| `mapping` | file                           | mapping                                                             |
| `try`     | files, city                    | summary; of each file what `judge` says                             |
| `rows`    | verdict, after                 | listed                                                              |
| `import`  | files, city, log, report, keys | summary, seconds, log, report                                       |
| `save`    | file                           | saved                                                               |

`files` are those that belong together, each {file, layer, mapping}; a mapping travels as its TOML text. Whatever cannot
be done is answered as {refused, words}.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dispatch.history.mapping import Mapping
    from dispatch.history.past import Past
    from dispatch.history.report import Report
    from dispatch.history.table import Table

Answer = dict[str, Any]
Say = Callable[[float, str], None]  # a share and the key of a text, READING or WRITING; may raise
READING, WRITING = "history.sorting", "history.importing"
READING_SHARE = 0.3  # of an import
SAMPLES, SAMPLED_ROWS, LONGEST_SAMPLE = 3, 200, 60
MOST_COLUMNS = 1_000
MOST_TOLD = 40
MOST_ROWS = 500
MOST_HELD = 2  # tables: incidents, and who was sent


class Refusal(Exception):
    """Tell that something cannot be done, by the key of a text and a reason in plain words."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(words or code)
        self.code, self.words = code, words


class Work:
    """Hold the files in hand, and what was made of them."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], Table] = {}  # by file and layer, the newest last
        self._report: Report | None = None
        self._tried: tuple[object, Past, Report] | None = None

    def answer(self, wish: Answer, say: Say) -> Answer:
        """Do what is wished for. Raises Refusal, and what `say` raises."""
        do = {
            "look": self._look, "mapping": self._mapping, "try": self._try, "rows": self._rows, "import": self._import,
            "save": self._save,
        }[wish["do"]]  # fmt: skip
        return do(wish, say)

    def _look(self, wish: Answer, say: Say) -> Answer:
        from dispatch.history.mapping_file import written
        from dispatch.history.recognise import recognise
        from dispatch.history.table import TableError, layers_of

        self._report = self._tried = None
        try:
            layers = layers_of(Path(wish["file"]))
        except (TableError, OSError, ValueError) as problem:
            raise Refusal("history.bad_file", str(problem)) from problem
        table = self._read(wish["file"], wish.get("layer") or "")
        mapping = recognise(table)
        return {
            "name": table.name, "columns": list(table.columns), "samples": _samples(table), "rows": len(table.rows),
            "layers": list(layers), "told": [told[:300] for told in table.told[:MOST_TOLD]],
            "mapping": written(mapping), "is_known": bool(mapping.needs), **self._judged(table, mapping),
        }  # fmt: skip

    def _read(self, file: str, layer: str) -> Table:
        """Read a file anew, and let go of what is not read together with it."""
        from dispatch.history.table import TableError, read_table

        self._tables.pop((file, layer), None)
        while len(self._tables) >= MOST_HELD:
            del self._tables[next(iter(self._tables))]
        try:
            table = read_table(Path(file), layer=layer or None)
        except (TableError, OSError, ValueError) as problem:
            raise Refusal("history.bad_file", str(problem)) from problem
        if len(table.columns) > MOST_COLUMNS:
            raise Refusal("history.bad_file", f"{table.name}: more than {MOST_COLUMNS:,} columns")
        self._tables[file, layer] = table
        return table

    def _judged(self, table: Table, mapping: Mapping) -> Answer:
        from dispatch.history.judging import judge
        from dispatch.history.row import RowReader

        reader = RowReader(table, mapping, time_zone="UTC")
        return {
            "judged": [
                {"field": each.field, "columns": list(each.columns), "by": each.by, "filled": each.filled,
                 "readable": each.readable, "sureness": each.sureness}
                for each in judge(table, mapping, time_zone="UTC")
            ],
            "day_first": reader.is_day_first, "decided_by": reader.decided_by,
        }  # fmt: skip

    def _mapping(self, wish: Answer, say: Say) -> Answer:
        from dispatch.history.mapping_file import BadFile, read_mapping, written

        try:
            return {"mapping": written(read_mapping(Path(wish["file"])))}
        except (BadFile, OSError, ValueError) as problem:
            raise Refusal("history.mapping_bad", str(problem)) from problem

    def _try(self, wish: Answer, say: Say) -> Answer:
        _, report = self._folded(wish, say, share=1.0)
        self._report = report
        files = [self._judged(table, mapping) for table, mapping in self._in_hand(wish)]
        return {"summary": _summary(report), "files": files}

    def _rows(self, wish: Answer, say: Say) -> Answer:
        listed = self._report.listed(wish["verdict"], after=wish["after"], most=MOST_ROWS) if self._report else ()
        return {
            "verdict": wish["verdict"], "after": wish["after"],
            "listed": [
                [each.row, each.verdict, [[note.code, note.field, note.cell] for note in each.notes[:8]]]
                for each in listed
            ],
        }  # fmt: skip

    def _import(self, wish: Answer, say: Say) -> Answer:
        from dispatch.chain import default_key_folder
        from dispatch.history.keep import keep
        from dispatch.log import LogDamaged, NotSaved
        from dispatch.refused import Refused

        log, started = Path(wish["log"]), time.perf_counter()
        if log.exists():
            raise Refusal("history.log_there", log.name)
        try:
            self._stand_clear(Path(wish["report"]), wish)
        except OSError as problem:
            raise Refusal("history.failed", str(problem)) from problem
        past, report = self._folded(wish, say, share=READING_SHARE)
        if not past.incidents:
            raise Refusal("history.no_rows")
        keys = Path(wish["keys"]) if wish.get("keys") else default_key_folder()
        written = Path(wish["report"])
        self._tried = None  # what is told is counted in its report, once
        try:
            keep(
                past, log, key_folder=keys, report=report,
                say=lambda share, _: say(READING_SHARE + (1 - READING_SHARE) * share, WRITING),
            )  # fmt: skip
            self._report = report
            _write(report, written)
        except (NotSaved, LogDamaged, OSError, ValueError) as problem:
            raise Refusal("history.failed", str(problem)) from problem
        except Refused as refused:
            raise Refusal("history.failed", str(refused)) from refused
        seconds = round(time.perf_counter() - started, 1)
        return {"summary": _summary(report), "seconds": seconds, "log": str(log), "report": str(written)}

    def _save(self, wish: Answer, say: Say) -> Answer:
        file = Path(wish["file"])
        if self._report is None:
            raise Refusal("history.rows_before")
        try:
            self._stand_clear(file, {"files": [{"file": held} for held, _ in self._tables]})
            _write(self._report, file)
        except OSError as problem:
            raise Refusal("history.failed", str(problem)) from problem
        return {"saved": str(file)}

    @staticmethod
    def _stand_clear(report: Path, wish: Answer) -> None:
        """Raise OSError where a report would go over the history itself, a folder or a database."""
        from app.paper.whole import stand_clear

        stand_clear(report)
        if report.resolve() in [Path(each["file"]).resolve() for each in wish["files"]]:
            raise OSError(f"{report}: the report would go over the history itself")

    def _in_hand(self, wish: Answer) -> list[tuple[Table, Mapping]]:
        """Return the tables that are asked for; one that a reader before this one read is read again."""
        found = []
        for each in wish["files"]:
            table = self._tables.get((each["file"], each["layer"]))
            if table is None:
                table = self._read(each["file"], each["layer"])
            found.append((table, _parsed(each["mapping"])))
        if not found:
            raise Refusal("history.rows_before")
        return found

    def _folded(self, wish: Answer, say: Say, *, share: float) -> tuple[Past, Report]:
        from dispatch.history.fold_rows import fold_rows
        from gis.city import City, CityError

        key = (wish["files"], wish["city"])
        if self._tried is not None and self._tried[0] == key:
            return self._tried[1], self._tried[2]
        tables = self._in_hand(wish)
        try:
            city = City.open(Path(wish["city"]))
        except (CityError, OSError, ValueError) as problem:
            raise Refusal("history.bad_city", str(problem)) from problem
        say(0.0, READING)
        for table, mapping in tables:
            fields = {each["field"] for each in self._judged(table, mapping)["judged"]}
            if not {"received", "dispatched", "entered"} & fields:
                raise Refusal("history.no_instant", table.name)
        try:
            past, report = fold_rows(tables, city=city, say=lambda part, _: say(share * part, READING))
        except (ValueError, OSError) as problem:
            raise Refusal("history.failed", str(problem)) from problem
        self._tried = (key, past, report)
        return past, report


def _parsed(text: str) -> Mapping:
    from dispatch.history.mapping_file import BadFile, parse_mapping

    try:
        return parse_mapping(text)
    except BadFile as problem:
        raise Refusal("history.mapping_bad", str(problem)) from problem


def _samples(table: Table) -> list[list[str]]:
    """Return some different cells of every column."""
    head = table.rows[:SAMPLED_ROWS]
    found = []
    for number in range(len(table.columns)):
        cells = dict.fromkeys(row[number][:LONGEST_SAMPLE] for row in head if row[number])
        found.append(list(cells)[:SAMPLES])
    return found


def _summary(report: Report) -> Answer:
    summary = report.summary()
    return {**summary, "told": [told[:300] for told in summary["told"][:MOST_TOLD]]}


def _write(report: Report, file: Path) -> None:
    """Write a report whole or not at all. Raises OSError, also where a database has its name."""
    from app.paper.whole import replace_file

    def fill(beside: Path) -> None:
        with beside.open("w", encoding="utf-8", newline="") as out:
            out.writelines([report.as_json()] if file.suffix.casefold() == ".json" else report.as_csv())

    replace_file(file, fill)
