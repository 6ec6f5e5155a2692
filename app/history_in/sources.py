"""The files that are imported together: incidents, and who was sent to them, each read in its own way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.history_in.draft import Draft
from dispatch.history.mapping_file import written

MOST = 2  # incidents, and who was sent


@dataclass(slots=True)
class Source:
    """Hold one file: what was found in it, and as what it is read; both None until it was looked at."""

    file: Path
    layer: str = ""
    looked: dict[str, Any] | None = None
    draft: Draft | None = None

    @property
    def tells_units(self) -> bool:
        """Tell whether it says who was sent."""
        return self.draft is not None and bool(self.draft.columns_of("unit"))

    @property
    def rows(self) -> int:
        """Return how many rows it has."""
        return int(self.looked["rows"]) if self.looked is not None else 0

    def wish(self) -> dict[str, str]:
        """Return how `work` is asked for it."""
        mapping = written(self.draft.mapping) if self.draft is not None else ""
        return {"file": str(self.file), "layer": self.layer, "mapping": mapping}


class Hand:
    """Hold the files in hand, in order, and which of them is shown."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.current = 0

    @property
    def shown(self) -> Source | None:
        """Return the file whose columns are shown."""
        return self.sources[self.current] if self.current < len(self.sources) else None

    @property
    def unread(self) -> Source | None:
        """Return the next file that is to be looked at."""
        return next((each for each in self.sources if each.looked is None), None)

    def clear(self) -> None:
        """Let go of all files."""
        self.sources, self.current = [], 0

    def add(self, files: Iterable[Path]) -> bool:
        """Take more files, each once; tell whether there was room for all of them."""
        there = {each.file.resolve() for each in self.sources}
        new = [file for file in dict.fromkeys(files) if file.resolve() not in there]
        self.sources += [Source(file) for file in new[: MOST - len(self.sources)]]
        return len(there) + len(new) <= MOST

    def drop(self, source: Source) -> None:
        """Go on without one of the files."""
        self.sources.remove(source)
        self.current = 0

    def order(self) -> None:
        """Put incidents before who was sent to them: what the first row of an incident says counts."""
        shown = self.shown
        self.sources.sort(key=lambda each: each.tells_units)
        self.current = self.sources.index(shown) if shown is not None else 0

    def judge(self, files: Iterable[dict[str, Any]]) -> None:
        """Take what is said of each file's columns."""
        for source, judged in zip(self.sources, files, strict=True):
            if source.looked is not None:
                source.looked |= judged

    def wish(self) -> list[dict[str, str]]:
        """Return how `work` is asked for all of them."""
        return [each.wish() for each in self.sources]
