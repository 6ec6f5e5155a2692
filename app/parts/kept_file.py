"""Small files in which a desk keeps over a restart how it stood. None is worth stopping for."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)


def read_kept(file: Path | None) -> dict[str, Any]:
    """Return what was kept; nothing where there is no file, or one that cannot be used."""
    if file is None:
        return {}
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def write_kept(file: Path | None, kept: Mapping[str, Any]) -> None:
    """Keep it, whole or not at all; a folder that cannot be written is only said in the program's log."""
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(file.name + ".part")
        part.write_text(json.dumps(kept), encoding="utf-8")  # a name from a command line may be no text
        part.replace(file)
    except OSError as problem:
        logger.warning("%s is not kept: %s", file, problem)
