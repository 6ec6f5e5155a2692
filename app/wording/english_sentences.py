"""English sentences of refusals and reasons by code. A refusal says what would be accepted; a reason says why."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
