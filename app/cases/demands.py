"""What the class of a case demands: when it is filed, when it is closed, within which limits, with which pictures."""

from __future__ import annotations

from app.cases.words import class_name, limit_words
from app.desk import Desk
from app.parts.row import Row
from app.wording import label, one_line, text
from dispatch.case import Case
from dispatch.standards import Standard


def demand_rows(desk: Desk, case: Case) -> list[Row]:
    """Return what the standard says, a row each; the degree of this case is the one that is not muted."""
    state, language = desk.state, desk.language
    standard = state.classes.get(case.standard_id)
    if standard is None:
        return [Row("none", text("case.no_standard", language), tone="warn")]
    is_zh = language == "zh"
    rows = [
        Row("class", _large(desk, standard), detail=class_name(state, case.standard_id, language), right=standard.code),
        Row("file", text("case.to_file", language), detail=_either(standard.file_when, standard.file_when_zh, is_zh)),
        Row(
            "close", text("case.to_close", language), detail=_either(standard.close_when, standard.close_when_zh, is_zh)
        ),
    ]
    for handling in standard.handling:
        is_own = standard.limit_of(case.degree) == handling.limit and (
            handling.degree == case.degree or handling is standard.handling[0]
        )
        rows.append(
            Row(
                f"limit:{handling.degree}",
                text("case.handled_within", language, degree=label("case_degree", handling.degree, language)),
                right=limit_words(handling.limit, language),
                detail=_either(handling.when, handling.when_zh, is_zh),
                tone="normal" if is_own else "muted",
            )
        )
    photos = text("case.photographs", language, before=standard.photos_before, after=standard.photos_after)
    rows.append(Row("photos", text("case.evidence_needed", language), right=photos))
    if standard.make_safe is not None:
        right = limit_words(standard.make_safe, language)
        rows.append(Row("safe", text("case.safe_within", language), right=right, tone="warn"))
    if standard.is_fixed_on_the_spot:
        rows.append(Row("spot", text("case.on_the_spot", language), tone="muted"))
    return rows


def _large(desk: Desk, standard: Standard) -> str:
    try:
        large = desk.state.standards.large_of(standard)
    except KeyError:
        return text("case.class_of", desk.language)
    return one_line(large.name_zh if desk.language == "zh" and large.name_zh else large.name, 60)


def _either(words: str, words_zh: str, is_zh: bool) -> str:
    return one_line(words_zh if is_zh and words_zh else words, 600)
