"""Chinese for what an operator reads first; what is missing here is shown in English."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
LABELS: dict[str, dict[str, str]] = {}
TEXTS: dict[str, str] = {}
