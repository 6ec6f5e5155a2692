"""What is said above a recommendation: what kind of answer it is, and what has changed since it was worked out."""

from __future__ import annotations

from app.desk import Desk
from app.sending.choosing import Choosing
from app.sending.recommended_rows import marked
from app.wording import sentence, text
from app.wording.durations import rough_span

OLD_AFTER_S = 60.0


def banner_of(desk: Desk, choosing: Choosing, *, is_asked: bool) -> tuple[str, str]:
    """Return the words and their level (`notice`, `warning` or none) for the answer on the screen."""

    def words(key: str, **values: object) -> str:
        return text(key, desk.language, **values)

    answer = choosing.recommendation
    if answer is None:
        return words("rec.waiting" if is_asked else "rec.none"), ""
    warnings, notices = [], []
    if answer.is_estimate:
        warnings.append(words("rec.estimate" if desk.figures.planner_is_up else "rec.planner_down"))
    chosen = [one.unit_id for one in answer.chosen]
    changed = [unit_id for unit_id in chosen if choosing.is_gone(unit_id) or choosing.changes(unit_id)]
    if changed:
        warnings.append(marked(words("rec.changed", units=", ".join(changed))))
    for change in choosing.changes():
        reason = change.reason
        warnings.append(marked(sentence(reason.code, reason.parameters, desk.language, zone=desk.state.time_zone)))
    if any(one.closed_at is not None and one.closed_at > answer.at for one in desk.state.closures.values()):
        warnings.append(words("rec.road_closed"))
    age_s = (desk.clock() - answer.at).total_seconds()
    if age_s > OLD_AFTER_S:
        notices.append(words("rec.old", rough=rough_span(age_s)))
    if not answer.chosen and not answer.unmet:
        notices.append(words("rec.nothing_needed"))
    return "\n".join([*warnings, *notices]), "warning" if warnings else "notice"
