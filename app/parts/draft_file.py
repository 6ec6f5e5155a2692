"""What was begun and not sent, kept over a restart. No name and no number of a person is ever in the file."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

logger = logging.getLogger(__name__)
MOST_KEPT = 50
T = TypeVar("T")


class NotWrittenError(OSError):
    """Say that the file of drafts could not be written; they stay in memory."""


class DraftFile(Generic[T]):
    """Keep drafts newest first, in a JSON file of mode 0600 where `path` is given; `key` names one, empty for none."""

    def __init__(
        self,
        path: Path | None,
        *,
        key: Callable[[T], str],
        row_of: Callable[[T], dict[str, Any]],
        draft_of: Callable[[dict[str, Any]], T],
    ) -> None:
        self.path = path
        self._key, self._row_of, self._draft_of = key, row_of, draft_of
        self.kept: list[T] = self._read()

    def keep(self, draft: T) -> None:
        """Put a draft aside; raise `NotWrittenError` where the disk refuses (it is kept in memory all the same)."""
        name = self._key(draft)
        self.kept = [one for one in self.kept if not name or self._key(one) != name]
        self.kept.insert(0, draft)
        del self.kept[MOST_KEPT:]
        self._write()

    def forget(self, name: str) -> None:
        """Drop the draft of a name: it was sent, or given up."""
        left = [one for one in self.kept if self._key(one) != name]
        if len(left) != len(self.kept):
            self.kept = left
            self._write()

    def _read(self) -> list[T]:
        if self.path is None:
            return []
        try:
            rows = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as problem:
            logger.warning("drafts of %s are not read: %s", self.path, problem)
            return []
        drafts = []
        for number, row in enumerate(rows if isinstance(rows, list) else []):
            try:
                drafts.append(self._draft_of(row))
            except (KeyError, TypeError, ValueError, AttributeError) as problem:
                logger.warning("draft %d of %s is not read: %s", number + 1, self.path, problem)
        return drafts[:MOST_KEPT]

    def _write(self) -> None:
        if self.path is None:
            return
        fresh = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
                json.dump([self._row_of(draft) for draft in self.kept], file, ensure_ascii=False, indent=1)
            fresh.replace(self.path)
        except OSError as problem:
            raise NotWrittenError(problem.errno, problem.strerror, str(self.path)) from problem
