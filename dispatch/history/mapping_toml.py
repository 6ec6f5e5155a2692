"""Write a mapping as the small TOML file that a person goes on editing; read again it is the same mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dispatch.history.mapping import FIELDS, Mapping


def written(mapping: Mapping) -> str:
    """Return a mapping as TOML text."""
    return "\n".join((*_head(mapping), "", "[columns]", *_columns(mapping), *_tables(mapping))) + "\n"


def _head(mapping: Mapping) -> Iterator[str]:
    yield f"name = {_quoted(mapping.name)}"
    if mapping.needs:
        yield f"needs = {_list(mapping.needs)}"
    if mapping.time_zone:
        yield f"time_zone = {_quoted(mapping.time_zone)}"
    if mapping.formats:
        yield f"formats = {_list(mapping.formats)}"
    if mapping.is_day_first is not None:
        yield f"day_first = {'true' if mapping.is_day_first else 'false'}"
    if mapping.crs:
        yield f"crs = {_quoted(mapping.crs)}"
    yield f"precision = {_quoted(mapping.precision)}"
    yield f"priority = {mapping.priority}"
    yield f"mode = {_quoted(mapping.mode)}"
    if mapping.stations:
        yield f"stations = {_quoted(mapping.stations)}"
    yield f"close_after_min = {mapping.close_after_min:g}"


def _columns(mapping: Mapping) -> Iterator[str]:
    """Yield `field = "A | B"` for alternatives, `field = ["A", "B"]` for columns that are joined.

    Where a field has both, or a name holds the sign between alternatives, its first alternative alone is written.
    """
    for name in FIELDS:
        alternatives = mapping.columns.get(name, ())
        if not alternatives:
            continue
        if all(len(each) == 1 and "|" not in each[0] for each in alternatives):
            yield f"{name} = {_quoted(' | '.join(each[0] for each in alternatives))}"
        else:
            yield f"{name} = {_list(alternatives[0])}"


def _tables(mapping: Mapping) -> Iterator[str]:
    if mapping.seconds:
        yield from ("", "[seconds]")
        for name, (column, after) in mapping.seconds.items():
            yield f"{name} = {{ column = {_quoted(column)}, after = {_quoted(after)} }}"
    for title, words in (("kinds", mapping.kinds), ("priorities", mapping.priorities)):
        if words:
            yield from ("", f"[{title}]")
            for word, value in words.items():
                yield f"{_quoted(word)} = {value if isinstance(value, int) else _quoted(value)}"
    for department in mapping.departments:
        yield from ("", "[[department]]", f"id = {_quoted(department.id)}", f"name = {_quoted(department.name)}")
        if department.name_zh:
            yield f"name_zh = {_quoted(department.name_zh)}"
        yield f"kind = {_quoted(department.kind)}"
    for kind in mapping.unit_kinds:
        yield from ("", "[[unit_kind]]", f"word = {_quoted(kind.word)}", f"capabilities = {_list(kind.capabilities)}")
        if kind.department:
            yield f"department = {_quoted(kind.department)}"
        yield f"crew = {kind.crew}"


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"


def _quoted(text: str) -> str:
    safe = "".join(sign for sign in text if sign.isprintable())
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'
