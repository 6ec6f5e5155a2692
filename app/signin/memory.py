"""What a desk remembers between starts: the role last used, the notes that were put away, when it locks by itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.parts.kept_file import read_kept, write_kept

LOCKS_AFTER_MIN = 10
CHOICES_MIN = (2, 5, 10, 20, 30, 0)  # 0: never


@dataclass
class Memory:
    """Hold it; `read` and `keep` never fail: a desk without them works."""

    roles: dict[str, str] = field(default_factory=dict)  # account: role
    seen: dict[str, int] = field(default_factory=dict)  # log's place: the last hand-over that was put away
    locks_after_min: int = LOCKS_AFTER_MIN

    @classmethod
    def read(cls, file: Path | None) -> Memory:
        """Return what was kept, what is usual where nothing or nonsense was."""
        kept = read_kept(file)
        try:
            roles = {str(one): str(role) for one, role in dict(kept.get("roles", {})).items()}
            seen = {str(one): int(last) for one, last in dict(kept.get("seen", {})).items()}
            minutes = int(kept.get("locks_after_min", LOCKS_AFTER_MIN))
        except (ValueError, TypeError, AttributeError):
            return cls()
        return cls(roles, seen, minutes if minutes in CHOICES_MIN else LOCKS_AFTER_MIN)

    def keep(self, file: Path | None) -> None:
        """Write it; a few hundred bytes."""
        write_kept(file, asdict(self))
