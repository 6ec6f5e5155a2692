"""Keep callers out of the past: pseudonyms for people, and nothing in words that would find them."""

from __future__ import annotations

import re

HIDDEN = "[…]"
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}\.[A-Za-z]{2,24}")
_NUMBER = re.compile(r"(?<![\w.])(?!\d{4}-\d\d-\d\d)\+?(?:\(?\d{2,4}\)?[\s.\-]?){2,4}\d{2,4}(?![\w.])")
LEAST_DIGITS = 7


class Callers:
    """Give each caller of a file a number in the order of appearance: nothing about them can be read back from it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def __len__(self) -> int:
        return len(self._known)

    def pseudonym(self, name: str, number: str) -> str:
        """Return the same pseudonym for the same number (or, without one, the same name); empty for nobody."""
        digits = "".join(sign for sign in number if sign.isdigit())
        key = ("", digits) if digits else (" ".join(name.casefold().split()), "")
        if key == ("", ""):
            return ""
        return self._known.setdefault(key, f"history-caller-{len(self._known) + 1}")


def without_people(text: str, *names: str) -> str:
    """Return words without the names given, without addresses of mail and without numbers as long as a telephone's."""
    for name in names:
        name = name.strip()
        if len(name) > 1:
            text = re.sub(re.escape(name), HIDDEN, text, flags=re.IGNORECASE)
    text = _MAIL.sub(HIDDEN, text)
    return _NUMBER.sub(
        lambda found: HIDDEN if sum(sign.isdigit() for sign in found[0]) >= LEAST_DIGITS else found[0], text
    )
