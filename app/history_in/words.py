"""What the import of history says, from codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtGui import QColor

from app import theme
from app.history_in.draft import Draft, Meaning
from app.wording import label, listed, one_line, sentence, text

Line = dict[str, Any]
LEVELS = {"sure": "good", "likely": "notice", "doubtful": "warning", "empty": "faint"}
RULE = "refused_"  # before the code of a refusal by the log itself
VERDICTS = {"taken": "good", "mended": "notice", "refused": "warning"}


def colour(level: str) -> QColor:
    """Return the text colour of a level: `good`, `notice`, `warning`, `muted` or `faint`."""
    return QColor(getattr(theme.look(), level))


def field_name(name: str, language: str) -> str:
    """Name a field."""
    return label("history_field", name, language)


def meaning_words(draft: Draft, column: str, meanings: Iterable[Meaning], language: str) -> str:
    """Say what a column is taken for."""
    found = []
    for meaning in meanings:
        name = field_name(meaning.field, language)
        others = [each for each in draft.columns_of(meaning.field) if each != column]
        if meaning.is_seconds:
            found.append(text("history.in_seconds", language, field=name))
        elif others:
            found.append(text("history.joined", language, field=name, column=one_line(others[0], 30)))
        else:
            found.append(name)
    return listed(found, language) or text("history.nothing", language)


def sure_words(judged: Line, language: str, *, by_hand: bool) -> str:
    """Say how sure it is what a column is taken for."""
    sureness = judged["sureness"]
    if sureness == "empty":
        return label("history_sureness", "empty", language)
    is_chosen = by_hand and sureness != "doubtful"
    words = text("history.by_hand", language) if is_chosen else label("history_sureness", sureness, language)
    return text(
        "history.sure_words", language, sureness=words, readable=f"{judged['readable']:.0%}",
        filled=f"{judged['filled']:.0%}",
    )  # fmt: skip


def what_words(what: str, language: str) -> str:
    """Word a code of a report with its field, `unreadable on_scene`."""
    code, _, name = what.partition(" ")
    if code.startswith(RULE):
        words = text("history.rule", language, reason=sentence(code.removeprefix(RULE), (), language))
    else:
        words = label("history_what", code, language)
    return text("history.what_of", language, field=field_name(name, language), what=words) if name else words


def read_words(looked: Line, draft: Draft, language: str) -> str:
    """Say how large a file is and as what it is read."""
    size = text("history.read", language, rows=f"{looked['rows']:,}", columns=f"{len(looked['columns']):,}")
    name = one_line(draft.mapping.name, 60)
    if draft.by_hand:
        how = text("history.read_as_hand", language, mapping=name)
    elif draft.mapping.needs:
        how = text("history.read_as_known", language, mapping=name)
    else:
        how = text("history.read_as_guess", language)
    return f"{size} · {how}"
