"""Other routers, asked through a second Python: their wheels need 3.12 or later, this program's floor is 3.11."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

PACKAGES = {"osrm": "osrm-bindings", "valhalla": "pyvalhalla", "networkx": "networkx"}
PROGRAM = Path(__file__).with_name("peer_roads.py")
NAMES = ("python3.12", "python3.13", "python3.14", "python3")
PATIENCE_S = 600


@cache
def interpreter_of(peer: str) -> str | None:
    """Find a Python that has a peer: the one that OPSROOM_PEERS names, else one on the path."""
    named = os.environ.get("OPSROOM_PEERS")
    for name in [named] if named else NAMES:
        path = shutil.which(name)
        if path is None:
            continue
        tried = subprocess.run([path, "-c", f"import {peer}"], capture_output=True, check=False, cwd=os.sep)
        if tried.returncode == 0:
            return path
    return None


def missing(peer: str) -> str:
    """Say what to do for a peer that no Python here has."""
    return f"no Python with {PACKAGES[peer]}; OPSROOM_PEERS names one"


def ask_peer(peer: str, source: Path, units: list[Any], places: list[Any]) -> dict[str, float] | str:
    """Give a peer's seconds by name, or why there are none."""
    python = interpreter_of(peer)
    if python is None:
        return missing(peer)
    with tempfile.TemporaryDirectory(prefix="opsroom-peer-") as folder:
        try:
            answer = subprocess.run(
                [python, str(PROGRAM), peer, str(source), folder],
                input=json.dumps({"units": units, "places": places}),
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE_S,
                cwd=folder,
            )
        except subprocess.TimeoutExpired:
            return f"no answer in {PATIENCE_S} s"
    lines = answer.stdout.strip().splitlines()
    if answer.returncode or not lines:
        return (answer.stderr.strip().splitlines() or ["it ended without a word"])[-1][:60]
    found: dict[str, float] = json.loads(lines[-1])
    return found
