"""Read run cards from the TOML file that a person edits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dispatch.runcard import Need, RunCard, RunCards
from gis.located_toml import BadFile, Fields, LocatedToml
from gis.toml_lines import Path as FieldPath
from resources.roster import CAPABILITY

KIND = re.compile(r"[a-z][a-z0-9_]{0,40}")
MODES = ("emergency", "ordinary")
MOST_UNITS = 100
MOST_LEVELS = 9

__all__ = ["BadFile", "parse_run_cards", "read_run_cards"]


def read_run_cards(path: Path) -> RunCards:
    """Read a file of run cards. Raises BadFile with every problem of it, each with file, line and field."""
    return _run_cards(LocatedToml.read(path))


def parse_run_cards(text: str, file: str = "runcards.toml") -> RunCards:
    """Read run cards from TOML text; `file` names it in the problems of BadFile."""
    return _run_cards(LocatedToml.parse(text, file))


def _run_cards(toml: LocatedToml) -> RunCards:
    toml.check_keys(("card",))
    cards: list[RunCard] = []
    first_lines: dict[str, int] = {}
    for path, table in toml.tables("card", required=True):
        card = _card(toml, path, table)
        line = toml.lines.get((*path, "kind"), 0)
        earlier = first_lines.setdefault(card.kind, line)
        if earlier != line and card.kind:
            label = f"[[card]] {card.kind}: field 'kind'"
            toml.problem((*path, "kind"), f"{card.kind!r} stands already on line {earlier}", label=label)
        cards.append(card)
    toml.raise_if_bad()
    return RunCards(tuple(cards))


def _card(toml: LocatedToml, path: FieldPath, table: Mapping[str, Any]) -> RunCard:
    name = table.get("kind")
    label = f"[[card]] {name}" if isinstance(name, str) and name.isprintable() else f"[[card]] no. {int(path[-1]) + 1}"
    fields = Fields(toml, path, dict(table), label)
    kind = fields.text("kind")
    if kind and not KIND.fullmatch(kind):
        fields.bad("kind", f"{kind!r} must be small letters, digits and _, beginning with a letter")
    deadline_min = fields.number("deadline_min", 1, 60 * 24 * 366, 0.0)
    card = RunCard(
        kind=kind,
        name=fields.text("name"),
        group=fields.text("group"),
        priority=fields.whole("priority", 1, 5),
        mode=fields.one_of("mode", MODES, "mode"),
        needs=_needs(toml, fields.tables("needs"), label),
        lead=fields.text("lead", ""),
        deadline_min=deadline_min or None,
        hazards=fields.texts("hazards"),
        questions=fields.texts("questions"),
        words=fields.texts("words"),
        dispositions=fields.texts("dispositions", required=True, pattern=KIND),
        name_zh=fields.text("name_zh", ""),
        questions_zh=fields.texts("questions_zh"),
    )
    fields.done()
    return card


def _needs(toml: LocatedToml, tables: list[tuple[FieldPath, dict[str, Any]]], label: str) -> tuple[Need, ...]:
    needs: list[Need] = []
    for path, table in tables:
        name = table.get("id")
        words = f"need {name}" if isinstance(name, str) and name.isprintable() else f"need no. {int(path[-1]) + 1}"
        fields = Fields(toml, path, table, f"{label}: {words}")
        any_of = fields.texts("any_of", required=True, pattern=CAPABILITY)
        need = Need(
            id=fields.text("id", any_of[0] if any_of else ""),
            any_of=any_of,
            count=fields.whole("count", 1, MOST_UNITS, 1),
            department=fields.text("department", ""),
            min_crew=fields.whole("min_crew", 1, 99, 1),
            level=fields.whole("level", 1, MOST_LEVELS, 1),
            optional=fields.truth("optional"),
            equipment=fields.texts("equipment", pattern=CAPABILITY),
            officers=fields.whole("officers", 0, MOST_UNITS, 0),
            shared=fields.truth("shared"),
            same_station=fields.text("same_station", ""),
        )
        if any(need.id == other.id for other in needs):
            fields.bad("id", f"{need.id!r} stands twice in this card; give each need its own id")
        if need.shared and need.same_station:
            fields.bad("same_station", "a shared need is filled by who goes anyway; leave one of the two out")
        fields.done()
        needs.append(need)
    _check_words(toml, tables, needs, label)
    return tuple(needs)


def _check_words(
    toml: LocatedToml, tables: list[tuple[FieldPath, dict[str, Any]]], needs: list[Need], label: str
) -> None:
    """Note a `same_station` word that binds nothing: one place alone always comes from one station."""
    for (path, _), need in zip(tables, needs, strict=True):
        places = sum(other.count for other in needs if other.same_station == need.same_station)
        if need.same_station and places < 2:
            field = f"{label}: need {need.id}: field 'same_station'"
            toml.problem((*path, "same_station"), f"{need.same_station!r} stands at no other place", label=field)
