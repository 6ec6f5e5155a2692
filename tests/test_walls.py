"""The rules know no clock, no dice, no files and no sockets: what they answer depends on what they are given."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

DISPATCH = Path(__file__).parent.parent / "dispatch"
PURE = sorted(
    file
    for pattern in ("decide*", "fold*", "state", "unit_state", "work", "case", "runcard", "moves", "checks", "orders")
    for file in DISPATCH.glob(f"{pattern}.py")
) + [DISPATCH / f"{name}.py" for name in ("access", "fact", "incident", "events", "commands", "refused")]

FORBIDDEN_MODULES = {
    "asyncio",
    "http",
    "importlib",
    "io",
    "os",
    "pathlib",
    "random",
    "requests",
    "secrets",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
FORBIDDEN_CALLS = {"open", "input", "print", "exec", "eval", "__import__", "hash", "id"}
FORBIDDEN_METHODS = {"now", "today", "utcnow", "read_text", "write_text", "read_bytes", "write_bytes"}


def breaches(source: str) -> list[str]:
    """Return what a pure module may not use, with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            found.append(f"{node.lineno}: {node.func.id}()")
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_METHODS:
            found.append(f"{node.lineno}: .{node.attr}")
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in ("np.random", "numpy.random"):
            found.append(f"{node.lineno}: {ast.unparse(node)}")
        found += [f"{node.lineno}: import {name}" for name in names if _is_forbidden(name)]
    return found


def _is_forbidden(module: str) -> bool:
    return module.split(".")[0] in FORBIDDEN_MODULES or f"{module}.".startswith("numpy.random.")


@pytest.mark.parametrize("file", PURE, ids=lambda file: file.stem)
def test_the_rules_are_pure(file: Path) -> None:
    assert breaches(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        *("import random", "from time import time", "open('x')", "datetime.now(UTC)", "import os.path"),
        *("p.read_text()", "import http.client", "import requests", "from urllib import request", "import importlib"),
        *("import numpy.random", "from numpy import random", "from numpy.random import Generator", "np.random.rand()"),
    ],
)
def test_a_breach_is_seen(source: str) -> None:
    assert breaches(source)


def test_the_list_is_not_empty() -> None:
    assert {"decide", "decide_status", "fold_units", "state"} <= {file.stem for file in PURE}
