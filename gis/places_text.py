"""Words of a name as search compares them: without accents and case, Chinese and Japanese in pairs of signs."""

from __future__ import annotations

import re
import unicodedata

_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"})
_SIGNS = "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"([{_SIGNS}]+)|([^\\W_{_SIGNS}]+)")
_SIGN = re.compile(f"[{_SIGNS}]")
# What folding can change; the usual Chinese signs are as they are.
_FOLDED = re.compile("[^\x00-\x7f\u4e00-\u9fff]+")
_APOSTROPHES = re.compile("['’ʼ`´]")
LONGEST_QUERY = 200

# What people type for a word of a street's name; each is looked for as well as the word itself.
SHORT_FORMS: dict[str, tuple[str, ...]] = {
    "st": ("street", "saint", "sankt"), "saint": ("st",), "street": ("st",), "ave": ("avenue",), "av": ("avenue",),
    "avenue": ("ave",), "rd": ("road",), "road": ("rd",), "dr": ("drive",), "drive": ("dr",), "blvd": ("boulevard",),
    "boulevard": ("blvd",), "hwy": ("highway",), "ln": ("lane",), "lane": ("ln",), "ct": ("court",), "court": ("ct",),
    "pl": ("place", "plaza"), "place": ("pl",), "sq": ("square",), "pkwy": ("parkway",), "ter": ("terrace",),
    "cres": ("crescent",), "mt": ("mount",), "n": ("north",), "s": ("south",), "e": ("east",), "w": ("west",),
    "north": ("n",), "south": ("s",), "east": ("e",), "west": ("w",), "str": ("strasse",), "pza": ("piazza",),
    "v": ("via",), "r": ("rua",), "tn": ("tie",), "k": ("katu",),
}  # fmt: skip


def fold(text: str) -> str:
    """Fold a text for comparing: no accents, no case, full-width letters as plain ones."""
    if text.isascii():
        return text.lower()
    return _FOLDED.sub(_without_marks, text).casefold().translate(_PLAIN)


def _without_marks(match: re.Match[str]) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", match[0]) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)


def runs(text: str) -> list[str]:
    """Cut a text into words, and runs of Chinese or Japanese signs, both folded."""
    return [match[0] for match in _RUN.finditer(_APOSTROPHES.sub("", fold(text)))]


def is_signs(run: str) -> bool:
    """Tell whether a run is of Chinese or Japanese signs."""
    return _SIGN.match(run) is not None


def index_words(text: str) -> list[str]:
    """List the words under which a name is found; a run of signs gives its pairs and its last sign."""
    words: list[str] = []
    for match in _RUN.finditer(_APOSTROPHES.sub("", fold(text))):
        if match[1]:
            run = match[1]
            words += [run[i : i + 2] for i in range(len(run))]
        else:
            words.append(match[0])
    return words


def query_words(text: str) -> list[str]:
    """List the words of what was typed; a run of signs gives its pairs, or itself when it is one sign."""
    words: list[str] = []
    for run in runs(text[:LONGEST_QUERY]):
        if is_signs(run) and len(run) > 1:
            words += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            words.append(run)
    return words


_CROSSING = re.compile(
    r"\s*[/&@＆／+]\s*|\s+(?:x|and|ja|och|und|at|con|with|e|y|et)\s+|\s*(?:与|和|跟|交叉)\s*", re.IGNORECASE
)


def crossing_parts(text: str) -> tuple[str, str] | None:
    """Split "A / B", "A & B", "A x B", "A and B", "A ja B", "A与B" into both streets, None when it is no crossing."""
    parts = [part for part in _CROSSING.split(text.strip()) if part.strip()]
    return (parts[0].strip(), parts[1].strip()) if len(parts) == 2 else None


_HEMI = "NSEWnsew"
_NUMBER = re.compile(
    rf"^\s*([{_HEMI}])?\s*([+-]?\d{{1,3}}(?:[.]\d+)?)\s*°?\s*(?:(\d{{1,2}}(?:[.]\d+)?)\s*['′]\s*)?"
    rf"(?:(\d{{1,2}}(?:[.]\d+)?)\s*[\"″]\s*)?([{_HEMI}])?\s*$"
)


def parse_coordinates(text: str) -> tuple[float, float] | None:
    """Read typed coordinates and answer (lon, lat), None when the text holds none.

    Latitude comes first, as people say it ("60.17, 24.94"), unless letters say otherwise ("24.94E 60.17N"), or the
    first number cannot be a latitude. Degrees, minutes and seconds are read too; "60,17 24,94" has decimal commas.
    """
    text = text.strip()
    if len(text) > 80 or not re.search(r"\d", text):
        return None
    parts = [part for part in re.split(r"[;\s]*[,;]\s+|;", text) if part.strip()]
    if len(parts) != 2:
        parts = text.split(",") if text.count(",") == 1 else []
    if len(parts) != 2:
        halves = re.match(rf"^(.*?[\d°'\"′″][{_HEMI}]?)\s+([{_HEMI}]?\s*[+-]?\d{{1,3}}\D.*|[+-]?\d{{1,3}})$", text)
        parts = [halves[1], halves[2]] if halves else []
    if len(parts) != 2:
        return None
    found = [_NUMBER.match(part.strip().replace(",", ".")) for part in parts]
    if found[0] is None or found[1] is None:
        return None
    values, letters = zip(*(_angle(match) for match in found if match), strict=True)
    first, second = values
    if (letters[0] in "EW" and letters[0]) or (letters[1] in "NS" and letters[1]):
        first, second = second, first
    elif not any(letters):
        if "." not in text and "," not in text and "°" not in text:
            return None  # "5 12" is a house number rather than a place in the Gulf of Guinea
        if abs(first) > 90 >= abs(second):
            first, second = second, first
    return (second, first) if abs(first) <= 90 and abs(second) <= 180 else None


def _angle(match: re.Match[str]) -> tuple[float, str]:
    degrees = float(match[2])
    size = abs(degrees) + float(match[3] or 0) / 60 + float(match[4] or 0) / 3600
    letter = (match[1] or match[5] or "").upper()
    return (-size if degrees < 0 or letter in ("S", "W") else size), letter
