"""What a desk remembers between starts: the role last used, the notes that were put away, when it locks by itself."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path

logger = logging.getLogger(__name__)
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
        if file is None:
            return cls()
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            roles = {str(one): str(role) for one, role in dict(kept.get("roles", {})).items()}
            seen = {str(one): int(last) for one, last in dict(kept.get("seen", {})).items()}
            minutes = int(kept.get("locks_after_min", LOCKS_AFTER_MIN))
        except (OSError, ValueError, TypeError, AttributeError):
            return cls()
        return cls(roles, seen, minutes if minutes in CHOICES_MIN else LOCKS_AFTER_MIN)

    def keep(self, file: Path | None) -> None:
        """Write it; a few hundred bytes."""
        if file is None:
            return
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        except OSError as problem:
            logger.warning("what the desk remembers of sign-ins is not kept: %s", problem)
