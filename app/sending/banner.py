"""What is said above a recommendation: what kind of answer it is, and what has changed since it was worked out."""

from __future__ import annotations

from app.desk import Desk
from app.sending.choosing import Choosing
from app.sending.recommended_rows import marked
from app.wording import listed, sentence, text
from app.wording.durations import clock, rough_span
from dispatch.recommendation import Recommendation

OLD_AFTER_S = 60.0


def banner_of(desk: Desk, choosing: Choosing, *, is_asked: bool) -> tuple[str, str]:
    """Return the words and their level (`notice`, `warning` or none) for the answer on the screen."""

    def words(key: str, **values: object) -> str:
        return text(key, desk.language, **values)

    answer = choosing.recommendation
    if desk.is_record:
        return _as_it_was(desk, answer)
    if answer is None:
        return words("rec.waiting" if is_asked else "rec.none"), ""
    warnings, notices = [], []
    if answer.is_estimate:
        warnings.append(words("rec.estimate" if desk.figures.planner_is_up else "rec.planner_down"))
    chosen = [one.unit_id for one in answer.chosen]
    changed = [unit_id for unit_id in chosen if choosing.is_gone(unit_id) or choosing.changes(unit_id)]
    if changed:
        warnings.append(marked(words("rec.changed", units=listed(changed, desk.language))))
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


def _as_it_was(desk: Desk, answer: Recommendation | None) -> tuple[str, str]:
    """Return what is said above an answer of the past: that it is one, or that none was shown."""
    if answer is None:
        is_asked = desk.selection.incident_id in desk.state.open_incidents
        none = desk.record_note or text("replay.none_shown", desk.language)
        return (none if is_asked else text("rec.none", desk.language)), ""
    at = clock(answer.at, desk.state.time_zone, seconds=True)
    words = [text("replay.as_shown", desk.language, clock=at)]
    if answer.is_estimate:
        words.append(text("rec.estimate", desk.language))
    return "\n".join(words), "notice"
