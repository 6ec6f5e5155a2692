"""A mapping while somebody changes it by hand: which column is taken for what. Frozen; every change is a new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from dispatch.history.mapping import FIELDS, INCIDENT_INSTANTS, INSTANTS, Mapping, folded

# Fields whose cells may be put together out of several columns: a date and a time of day, parts of an address.
JOINED = frozenset({*INCIDENT_INSTANTS, *INSTANTS, "address", "text", "kind_detail", "caller_name"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """Say what a column is taken for; `is_seconds` where it tells an instant as seconds since another."""

    field: str
    is_seconds: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold the columns of a file and what they are taken for; `by_hand` names the fields that somebody changed."""

    columns: tuple[str, ...]
    mapping: Mapping
    by_hand: frozenset[str] = field(default_factory=frozenset)

    def meanings(self) -> dict[str, tuple[Meaning, ...]]:
        """Return what each column is taken for, in the order of fields; columns that are not read are left out."""
        found: dict[str, list[Meaning]] = {}
        for name in FIELDS:
            for column in self.columns_of(name):
                found.setdefault(column, []).append(Meaning(name))
        known = {folded(column): column for column in reversed(self.columns)}
        for name, (own, _) in self.mapping.seconds.items():
            if (column := known.get(folded(own))) is not None:
                found.setdefault(column, []).append(Meaning(name, True))
        return {column: tuple(meanings) for column, meanings in found.items()}

    def columns_of(self, name: str) -> tuple[str, ...]:
        """Return the columns that a field is read from."""
        return self.mapping.of(name, self.columns)

    def give(self, column: str, name: str, *, joined: bool = False) -> Draft:
        """Take a column for a field alone, instead of the one that was; or joined behind those that are."""
        freed = self.leave(column)
        before = freed.columns_of(name) if joined else ()
        columns = {**freed.mapping.columns, name: ((*before, column),)}
        seconds = {key: value for key, value in freed.mapping.seconds.items() if key != name}
        return replace(
            freed, mapping=replace(freed.mapping, columns=columns, seconds=seconds), by_hand=freed.by_hand | {name}
        )

    def leave(self, column: str) -> Draft:
        """Read a column no more."""
        mapping, touched = self.mapping, set(self.by_hand)
        columns = dict(mapping.columns)
        for name in FIELDS:
            own = mapping.of(name, self.columns)
            if column in own:
                touched.add(name)
                rest = tuple(each for each in own if each != column)
                if rest:
                    columns[name] = (rest,)
                else:
                    del columns[name]
        kept = {key: value for key, value in mapping.seconds.items() if folded(value[0]) != folded(column)}
        touched |= mapping.seconds.keys() - kept.keys()
        return replace(self, mapping=replace(mapping, columns=columns, seconds=kept), by_hand=frozenset(touched))

    def choices(self, column: str) -> tuple[tuple[str, bool], ...]:
        """Return what a column may be taken for: each field, and once more joined to what it is read from already."""
        found: list[tuple[str, bool]] = []
        for name in FIELDS:
            found.append((name, False))
            if name in JOINED and _others(self.columns_of(name), column):
                found.append((name, True))
        return tuple(found)


def _others(columns: Iterable[str], column: str) -> bool:
    return any(each != column for each in columns)
