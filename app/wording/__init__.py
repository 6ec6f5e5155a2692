"""Every sentence a person reads, made from codes and parameters; English is complete, Chinese where it is read first.

Nothing here raises: a code without words falls back to a plain generic sentence that names the code.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.wording import chinese, durations, english, measures
from app.wording.plain import capital, one_line, plain, tooltip

__all__ = [
    "capital",
    "department_letter",
    "fields_of",
    "is_worded",
    "label",
    "listed",
    "need_sentence",
    "needed_fields_of",
    "one_line",
    "plain",
    "sentence",
    "short_status",
    "text",
    "tooltip",
]

_TABLES = {"en": english, "zh": chinese}

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")

Parameters = Mapping[str, Any] | Iterable[tuple[str, Any]]


def sentence(code: str, parameters: Parameters = (), language: str = "en", *, zone: str = "UTC") -> str:
    """Word a refusal or a reason.

    Parameters are formatted by the end of their name: `_s` and `_min` as durations, `_m` as distances, `_at` and
    `until` as clock times in `zone`, `status`, `stage`, `capability` and their like by their labels.
    """
    values = _pairs(parameters)
    for table in (_TABLES.get(language, english), english):
        template = table.SENTENCES.get(code)
        if template is not None:
            return _fill(template, values, language, zone)
    return _generic(code, values, language, zone)


def is_worded(code: str) -> bool:
    """Tell whether there is a sentence for a code."""
    return code in english.SENTENCES


def need_sentence(code: str, parameters: Parameters = (), language: str = "en", *, zone: str = "UTC") -> str:
    """Word the reason why a need stays open; some codes mean something else there than for a unit."""
    special = f"need.{code}"
    return sentence(special if special in english.SENTENCES else code, parameters, language, zone=zone)


def label(group: str, code: object, language: str = "en") -> str:
    """Name a code of a group (`status`, `stage`, `department_kind`, `precision`, `order_state`, `channel`, ...)."""
    key = str(code)
    for table in (_TABLES.get(language, english), english):
        words = table.LABELS.get(group, {}).get(key)
        if words is not None:
            return words
    return one_line(key.replace("_", " "), 60)


def short_status(code: object) -> str:
    """Return the two or three letters of a unit's status, the same in every language."""
    return english.SHORT_STATUS.get(str(code), one_line(str(code)[:3].upper()))


def department_letter(kind: object) -> str:
    """Return the letter of a kind of department, the same in every language."""
    return english.LABELS["department_letter"].get(str(kind), "?")


def text(key: str, /, language: str = "en", **values: object) -> str:
    """Return the words of a label, heading, button or message of the window, with `values` filled in."""
    template = _TABLES.get(language, english).TEXTS.get(key) or english.TEXTS.get(key)
    return _fill(template, values, language, "UTC") if template is not None else one_line(key, 80)


def fields_of(template: str) -> frozenset[str]:
    """Return the names that a template fills in."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def needed_fields_of(template: str) -> frozenset[str]:
    """Return the names without which a template would have a hole: those outside square brackets."""
    return fields_of(_OPTIONAL.sub("", template))


def _pairs(parameters: Parameters) -> dict[str, Any]:
    try:
        return {str(name): value for name, value in dict(parameters).items()}
    except (TypeError, ValueError):
        return {}


def _fill(template: str, values: Mapping[str, Any], chosen: str, zone: str) -> str:
    known = {name for name, value in values.items() if value is not None and value not in ("", ())}
    template = _OPTIONAL.sub(lambda part: part[1] if fields_of(part[1]) & known else "", template)
    parts = []
    for literal, name, _, _ in string.Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            parts.append(_word(name, values.get(name), chosen, zone))
    return "".join(parts)


def _word(name: str, value: object, chosen: str, zone: str) -> str:
    try:
        return _word_exactly(name, value, chosen, zone)
    except (TypeError, ValueError, OverflowError):
        return one_line(value)


def _word_of_form(value: object, chosen: str) -> str:
    from dispatch.ics import Bilingual, Coded, Figure

    if isinstance(value, Bilingual):
        return one_line((value.text_zh if chosen == "zh" else "") or value.text, 600)
    if isinstance(value, Coded):
        return label(value.group, value.code, chosen)
    if isinstance(value, Figure):
        return f"{label(value.group, value.code, chosen)} {value.number:g}"
    return one_line(value)


def listed(words: Iterable[str], language: str) -> str:
    """Put words behind each other as a language does: with commas, in Chinese with its own."""
    return ("、" if language == "zh" else ", ").join(words)


def _word_exactly(name: str, value: object, chosen: str, zone: str) -> str:
    if value is None or value == "":
        return durations.BLANK
    if isinstance(value, datetime):
        return durations.clock(value, zone)
    if type(value).__module__ == "dispatch.ics":  # whoever words none of these need not load what they are
        return _word_of_form(value, chosen)
    if (name.endswith("_at") or name == "until") and isinstance(value, str):
        return durations.clock(datetime.fromisoformat(value), zone)
    if name.endswith("_s"):
        return durations.clock_span(float(value))  # type: ignore[arg-type]
    if name.endswith("_min"):
        return durations.rough_span(60.0 * float(value))  # type: ignore[arg-type]
    if name in ("height_m", "width_m"):  # of vehicles: tenths of a metre count
        return measures.length(float(value))  # type: ignore[arg-type]
    if name.endswith("_m"):
        return durations.distance(float(value))  # type: ignore[arg-type]
    if isinstance(value, (tuple, list, frozenset, set)):
        return listed((_word(name, part, chosen, zone) for part in value), chosen)
    group = english.GROUP_OF.get(name)
    if group is not None:
        return listed((label(group, part.strip(), chosen) for part in str(value).split(",")), chosen)
    if isinstance(value, float):
        return one_line(f"{value:g}") if math.isfinite(value) else durations.BLANK
    return one_line(value, 600)


def _generic(code: str, values: Mapping[str, Any], chosen: str, zone: str) -> str:
    known = ", ".join(f"{one_line(name, 40)} {_word(name, value, chosen, zone)}" for name, value in values.items())
    words = one_line(str(code).replace("_", " "), 80)
    template = _TABLES.get(chosen, english).TEXTS.get("generic") or english.TEXTS["generic"]
    return template.replace("{code}", words) + (f" ({known})" if known else "")
