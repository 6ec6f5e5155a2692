"""What one row of a list says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """Describe one row as plain text; `tone` and `mark` colour it, `check` None means that it cannot be ticked."""

    key: str
    title: str
    right: str = ""
    detail: str = ""
    tone: str = "normal"
    detail_tone: str = "muted"
    mark: str = ""
    mark_colour: str = ""
    badge: str = ""
    check: bool | None = None
    is_heading: bool = False
    is_quiet: bool = False  # title and figure in the weight of running text

    @property
    def spoken(self) -> str:
        """Return the row as a screen reader says it."""
        return ", ".join(part for part in (self.mark, self.title, self.badge, self.right, self.detail) if part)
