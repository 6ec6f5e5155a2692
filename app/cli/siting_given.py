"""What the arguments of `opsroom siting` are read by, and how it says that there is no answer."""

from __future__ import annotations

import argparse
from pathlib import Path


class NoAnswer(Exception):
    """There is none; `code` says why to a program."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def stand_clear(args: argparse.Namespace) -> None:
    """Refuse to write over what is read. Raises ValueError, OSError."""
    from app.paper.whole import stand_clear as keep_clear

    read = {
        str(Path(given).resolve())
        for name in ("log", "closures", "fallen", "units", "candidates")
        if (given := getattr(args, name, None)) is not None
    }
    for name in ("out", "page"):
        file = getattr(args, name, None)
        if file is None:
            continue
        keep_clear(file)
        if str(file.resolve()) in read:
            raise ValueError(f"--{name}: {file} is what is read; choose another name")


def ids(text: str) -> tuple[str, ...]:
    """Read a list of words."""
    return tuple(dict.fromkeys(word for part in text.split(",") if (word := part.strip())))


def minutes(text: str) -> tuple[float, ...]:
    """Read limits in minutes, ascending."""
    try:
        found = tuple(sorted({float(part) for part in text.split(",")}))
    except ValueError:
        found = ()
    if not found or not all(0 < each <= 240 for each in found):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of minutes up to 240, as 4,8")
    return found


def pair(text: str) -> tuple[str, str]:
    """Read two words around an equals sign."""
    left, is_given, right = (part.strip() for part in text.partition("="))
    if not (left and is_given and right):
        raise argparse.ArgumentTypeError(f"{text!r} must have two sides, as A=B")
    return left, right


def factor(text: str) -> float:
    """Read a factor, or a change in per cent."""
    try:
        found = 1 + float(text.strip()[:-1]) / 100 if text.strip().endswith("%") else float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no factor, as 1.3 or +30%")
    return found
