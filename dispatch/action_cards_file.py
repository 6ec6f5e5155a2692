"""Read the action cards of a major incident from the TOML file that a city edits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from dispatch.action_cards import ActionCard, ActionCards, ActionLine
from dispatch.major_checks import LONGEST_LIST
from gis.located_toml import BadFile, Fields, LocatedToml
from gis.toml_lines import Path as FieldPath

FILE = "action_cards.toml"
SHIPPED = Path(__file__).resolve().parent / FILE
ID = re.compile(r"[a-z][a-z0-9_]{0,40}")

__all__ = ["BadFile", "action_cards_for", "parse_action_cards", "read_action_cards"]


def action_cards_for(folder: Path) -> Path:
    """Return which file of action cards holds in a city's folder: its own, as a whole, else the shipped one."""
    own = folder / FILE
    return own if own.is_file() else SHIPPED


def read_action_cards(path: Path) -> ActionCards:
    """Read a file of action cards. Raises BadFile with every problem, each with line and field."""
    return _cards(LocatedToml.read(path))


def parse_action_cards(text: str, file: str = FILE) -> ActionCards:
    """Read action cards from TOML text; `file` names it in the problems of BadFile."""
    return _cards(LocatedToml.parse(text, file))


def _cards(toml: LocatedToml) -> ActionCards:
    toml.check_keys(("card",))
    seen: set[str] = set()
    tables = toml.tables("card", required=True)
    if len(tables) > LONGEST_LIST:
        toml.problem(("card",), f"has {len(tables)} cards; {LONGEST_LIST} at most", label="[[card]]")
    cards = tuple(_card(toml, path, table, seen) for path, table in tables)
    toml.raise_if_bad()
    return ActionCards(cards)


def _card(toml: LocatedToml, path: FieldPath, table: dict[str, Any], seen: set[str]) -> ActionCard:
    name = table.get("id")
    known = isinstance(name, str) and name.isprintable() and name
    label = f"[[card]] {name}" if known else f"[[card]] no. {int(path[-1]) + 1}"
    fields = Fields(toml, path, table, label)
    card_id = _id(fields, seen)
    title, title_zh = fields.text("title"), fields.text("title_zh", "")
    rows = fields.tables("lines")
    if not rows and not toml.problems:
        fields.bad("lines", "must hold at least one line to tick")
    if len(rows) > LONGEST_LIST:
        fields.bad("lines", f"holds {len(rows)} lines; {LONGEST_LIST} at most")
    taken: set[str] = set()
    lines = tuple(_line(toml, row, each, label, taken) for row, each in rows)
    fields.done()
    return ActionCard(card_id, title, lines, title_zh)


def _line(toml: LocatedToml, path: FieldPath, table: dict[str, Any], label: str, taken: set[str]) -> ActionLine:
    fields = Fields(toml, path, table, f"{label}: line {int(path[-1]) + 1}")
    line = ActionLine(_id(fields, taken), fields.text("text"), fields.text("text_zh", ""))
    fields.done()
    return line


def _id(fields: Fields, taken: set[str]) -> str:
    found = fields.text("id")
    if found and not ID.fullmatch(found):
        fields.bad("id", f"{found[:60]!r} must be small letters, digits and _, beginning with a letter")
    elif found in taken:
        fields.bad("id", f"{found!r} stands twice")
    taken.add(found)
    return found
