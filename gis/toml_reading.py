"""Read TOML that anybody may have written: what is too large or too deep is refused before it is parsed.

`tomllib` takes time by the square of the parts of a dotted key (a minute for 100,000), and so would whoever walks the
tables that come of it.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

LARGEST_BYTES = 10_000_000
MOST_PARTS = 32
MOST_NESTED = 100

# Each alternative either takes all of something or cannot go back into it, so that a text is passed over once.
_TOKEN = re.compile(
    r'(?P<blank>[^"\'#\[\]{}.,=\n]++)|(?P<comment>#[^\n]*+)|(?P<dot>\.)|(?P<sign>[=,])|(?P<newline>\n)'
    r"|(?P<opens>[\[{])|(?P<closes>[\]}])"
    r'|(?P<text>"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|\'\'\'(?:[^\']|\'(?!\'\'))*+\'{3,5}'
    r'|"(?:[^"\\\n]|\\.)*+"|\'[^\'\n]*+\')',
    re.DOTALL,
)
_EMPTY = '""""""'


class TooMuch(ValueError):
    """A TOML text is too large or too deep to be read; its words say how, `line` where (from 1)."""

    def __init__(self, words: str, line: int = 1) -> None:
        self.line = line
        super().__init__(words)


def read_toml_bytes(file: Path) -> bytes:
    """Read a file as far as it may be long. Raises OSError, TooMuch."""
    with file.open("rb") as opened:  # a device that never ends has no size
        raw = opened.read(LARGEST_BYTES + 1)
    if len(raw) > LARGEST_BYTES:
        raise TooMuch(f"is larger than {LARGEST_BYTES // 1_000_000} MB")
    return raw


def read_toml(file: Path) -> dict[str, Any]:
    """Read a file of UTF-8. Raises OSError, and ValueError where it is too large, too deep, no UTF-8 or no TOML."""
    return parse_toml(read_toml_bytes(file).decode("utf-8"))


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a text. Raises TooMuch, and ValueError (`tomllib.TOMLDecodeError`) where it is no TOML."""
    _check_depth(text)
    try:
        return tomllib.loads(text)  # noqa: TID251
    except RecursionError:
        raise TooMuch("nested too deeply") from None


def _check_depth(text: str) -> None:
    """Raise TooMuch for a key of too many parts, or what is nested too deeply; what is no TOML is left to the parser.

    Outside of texts and comments only keys and numbers hold dots: so many between two line ends, brackets, commas or
    signs of equality are one key.
    """
    at, line, dots, nested = 0, 1, 0, 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or (len(found.group()) < len(_EMPTY) and text.startswith(('"""', "'''"), at)):
            return  # a text that never ends
        kind = found.lastgroup
        if kind == "dot":
            dots += 1
            if dots >= MOST_PARTS:
                raise TooMuch(f"a key of more than {MOST_PARTS} parts", line)
        elif kind == "text":
            line += found.group().count("\n")
        elif kind == "opens":
            nested, dots = nested + 1, 0
            if nested > MOST_NESTED:
                raise TooMuch("nested too deeply", line)
        elif kind != "blank":
            dots = 0
            line += kind == "newline"
            nested -= kind == "closes"
        at = found.end()
