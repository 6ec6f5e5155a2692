"""Callers' personal data: kept beside the log, outside its chain, so that it can be erased."""

from __future__ import annotations

from dataclasses import dataclass

TABLE = """CREATE TABLE IF NOT EXISTS people (
    person_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    number TEXT NOT NULL
)"""
SAVE = """INSERT INTO people (person_id, name, number) VALUES (?, ?, ?)
    ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, number = excluded.number"""
FIND = "SELECT person_id, name, number FROM people WHERE person_id = ?"
ERASE = "DELETE FROM people WHERE person_id = ? RETURNING person_id"


@dataclass(frozen=True, slots=True)
class Person:
    """Name a caller; the log itself knows only `id`."""

    id: str
    name: str
    number: str
