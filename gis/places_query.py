"""Find rows of a search index by words that may be unfinished, short, misspelt, or written as one or as two."""

from __future__ import annotations

import bisect
import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from gis.places_text import SHORT_FORMS, is_signs

# Rows stand in order of importance: the first that match are enough for ranking.
_CANDIDATES = 150
_ENOUGH = 40
_FEW = 6
_GUESSES = 12
_LONGEST = 8
Row = tuple[Any, ...]


class WordFinder:
    """Asks the index of one search file. A query is a list of words, each a list of terms of which one must match."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._vocabulary: tuple[str, ...] | None = None

    def rows(self, words: Sequence[str], span: tuple[int, int] | None = None, *, may_guess: bool = True) -> list[Row]:
        """Collect rows (id, kind, label, aliases, municipality, lon, lat, weight): the plainest reading first.

        span: only rows with ids in it. Costly readings are tried only while too little was found, those of misspelt
        words only where `may_guess`.
        """
        words = list(words[:_LONGEST])
        *first, last = words
        found: dict[int, Row] = {}
        self._match([[_term(word)] for word in words], span, found)
        if len(found) < _ENOUGH:
            self._match([*([_term(word)] for word in first), [_term(last, "*")]], span, found)
        if len(found) < _FEW:
            self._match([self._reading(word) for word in words], span, found)
        if not found:
            self._match([[_term(word, "*"), *_long_forms(word)] for word in words], span, found)
        if not may_guess or (found and (len(words) > 1 or len(found) >= _FEW)):
            return list(found.values())
        guesses = [self._reading(word) if self._is_word(word) else self._guesses(word) for word in words]
        for query in self._misspelt(words, guesses):
            self._match(query, span, found)
            if found and len(words) > 1:
                return list(found.values())
        if not found and len(words) > 1:
            for some in itertools.combinations(guesses, len(guesses) - 1):
                self._match(some, span, found)
        return list(found.values())

    def _misspelt(self, words: Sequence[str], guesses: list[list[str]]) -> Iterator[list[list[str]]]:
        """Make queries for words spelt wrongly: unknown words guessed, parted ones joined, then every word guessed."""
        yield guesses
        yield from self._joined(words)
        if len(words) <= 3:
            yield [self._guesses(word) for word in words]

    def _match(self, terms: Sequence[Sequence[str]], span: tuple[int, int] | None, found: dict[int, Row]) -> None:
        if not terms or not all(terms):
            return
        query = " AND ".join(f"({' OR '.join(options)})" for options in terms)
        sql, values = "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", [query, _CANDIDATES]
        if span is not None:
            sql = "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?"
            values = [query, *span, _CANDIDATES]
        for (place_id,) in self._database.execute(sql, values).fetchall():
            if place_id not in found:
                found[place_id] = self._database.execute(
                    "SELECT id, kind, label, aliases, municipality, lon, lat, weight FROM place WHERE id = ?",
                    (place_id,),
                ).fetchone()

    def _words(self) -> tuple[str, ...]:
        if self._vocabulary is None:
            self._vocabulary = tuple(
                row[0] for row in self._database.execute("SELECT word FROM vocabulary ORDER BY word")
            )
        return self._vocabulary

    def _is_word(self, word: str) -> bool:
        words = self._words()
        at = bisect.bisect_left(words, word)
        return word[0].isdigit() or (at < len(words) and words[at] == word)

    def _begins_word(self, start: str) -> bool:
        words = self._words()
        at = bisect.bisect_left(words, start)
        return at < len(words) and words[at].startswith(start)

    def _reading(self, word: str) -> list[str]:
        """List the terms of a word: itself where the city knows it, otherwise what it begins; and its long forms."""
        return [_term(word) if self._is_word(word) else _term(word, "*"), *_long_forms(word)]

    def _guesses(self, word: str) -> list[str]:
        """List what a word may stand for: itself, unfinished, its long form, words spelt nearly so or that hold it."""
        options = [_term(word, "*"), *_long_forms(word)]
        if len(word) < 4 or word.isdigit() or is_signs(word):
            return options
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        words = self._words()
        inside = itertools.islice((known for known in words if word in known and not known.startswith(word)), _GUESSES)
        allowed = 1 if len(word) < 6 else 2 if len(word) < 9 else 3
        near = [
            match[2]
            for match in process.extract(word, words, scorer=OSA.distance, score_cutoff=allowed, limit=_GUESSES)
        ]
        if not near:
            starts = [known[: len(word)] for known in words]
            near = [
                match[2]
                for match in process.extract(word, starts, scorer=OSA.distance, score_cutoff=allowed, limit=_GUESSES)
            ]
        return options + [_term(known) for known in (*(words[at] for at in near), *inside)]

    def _joined(self, words: Sequence[str]) -> Iterator[list[list[str]]]:
        """Make queries in which two neighbouring words are written as one, or a word as two that are known."""
        for i in range(len(words) - 1):
            if self._begins_word(words[i] + words[i + 1]):
                rest = [*words[:i], words[i] + words[i + 1], *words[i + 2 :]]
                yield [self._reading(word) for word in rest]
        for i, word in enumerate(words):
            for cut in range(3, len(word) - 2):
                if self._is_word(word[:cut]) and self._begins_word(word[cut:]):
                    rest = [*words[:i], word[:cut], word[cut:], *words[i + 1 :]]
                    yield [self._reading(part) for part in rest]


def _long_forms(word: str) -> list[str]:
    return [_term(form) for form in SHORT_FORMS.get(word, ())]


def _term(word: str, star: str = "") -> str:
    return '"' + word.replace('"', '""') + '"' + star
