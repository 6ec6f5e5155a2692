"""Text from outside made safe to show: always plain, on one line where a line is meant, of bounded length."""

from __future__ import annotations

import html
import unicodedata

# Characters that turn the reading direction or hide themselves: they can make one call sign look like another.
_INVISIBLE = frozenset("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


def plain(text: object, limit: int = 10_000) -> str:
    """Return `text` without control, direction and broken characters; newlines and tabs stay; cut at `limit`."""
    source = str(text)
    is_cut = len(source) > limit
    if not is_cut and source.isprintable():  # nearly every text is; one by one its characters cost a list its frame
        return source
    kept = "".join(_shown(character) for character in source[:limit])
    return f"{kept}…" if is_cut else kept


def capital(words: str) -> str:
    """Return words that begin a sentence."""
    return f"{words[:1].upper()}{words[1:]}"


def one_line(text: object, limit: int = 200) -> str:
    """Return `text` as `plain` does, with every run of white space as one space."""
    return " ".join(plain(text, limit).split())


def tooltip(text: object, limit: int = 2_000) -> str:
    """Return `text` for a tooltip, which Qt would read as HTML: escaped, its line breaks kept."""
    return f"<p style='white-space:pre-wrap'>{html.escape(plain(text, limit))}</p>"


def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    if character in _INVISIBLE:
        return ""
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    return " " if category == "Cc" else character
