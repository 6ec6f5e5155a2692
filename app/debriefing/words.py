"""What a debriefing says of decisions, choices, verdicts, breaches and the lines of the timeline."""

from __future__ import annotations

from collections.abc import Iterator

from app.debriefing.names import Names, share_words
from app.wording import capital, label, need_sentence, one_line, sentence, text
from app.wording.durations import clock_span
from dispatch.exercise import score_records as r
from dispatch.exercise.score_records import Breach, Decision, Going, Option
from dispatch.exercise.walk import LATE_INCIDENT, LATE_ORDER, OVERRIDE

MOST_SIGNS = 400
VERDICTS = {
    r.AS_BEST: "debrief.verdict_as_best",
    r.AS_QUICK: "debrief.verdict_as_quick",
    r.QUICKER: "debrief.verdict_quicker",
    r.SLOWER: "debrief.verdict_slower",
    r.FEWER: "debrief.verdict_fewer",
    r.MORE: "debrief.verdict_more",
    r.LATE: "debrief.verdict_late",
}


def verdict_words(decision: Decision, language: str) -> str:
    """Say in a sentence how a decision compares with what was best then."""
    if decision.verdict == r.UNJUDGED:
        return text("debrief.verdict_none", language)
    loss_s = decision.loss_s
    if decision.verdict == r.SLOWER and loss_s is None:
        return text("debrief.verdict_slower_never", language)
    return text(
        VERDICTS[decision.verdict], language, loss_s=loss_s, lasted_s=decision.lasted_s,
        gain_s=-loss_s if loss_s is not None else None,
    )  # fmt: skip


def done_words(decision: Decision, names: Names) -> str:
    """Say what was done in a few words."""
    language, did = names.language, decision.did
    units = names.listed(one_line(each.unit_id, 40) for each in did.units)
    reason = one_line(did.text, 120)
    match decision.kind:
        case r.SENT | r.REDIRECTED:
            return units_words(did, names)
        case r.ALARM:
            return text("debrief.did_alarm", language, level=did.alarm_level, reason=reason)
        case r.RELEASED:
            return text("debrief.did_released", language, units=units, reason=reason)
        case r.MOVED_UP:
            station = names.station(did.station)
            return text("debrief.did_moved", language, units=units, station=station, reason=reason)
        case r.MOVE_UP_ENDED:
            return text("debrief.did_move_ended", language, units=units, reason=reason)
        case r.HELD:
            return text("debrief.did_held", language, units=units, reason=reason)
        case r.CLOSED:
            return text("debrief.did_closed", language, reason=label("disposition", did.text, language))
        case r.ROAD:
            return text("debrief.did_road", language, reason=reason[:12])
        case r.REPORTED:
            return text("debrief.did_reported", language, reason=names.kind(did.text))
        case r.CHANGED:
            return label("debrief_changed", did.text, language)
        case r.NOTHING:
            return text("debrief.did_nothing", language, lasted_s=decision.lasted_s)
    return "; ".join(breach_words(each, names) for each in decision.breaches)


def units_words(option: Option, names: Names) -> str:
    """Name the units of a choice, each with what for and how long it needs."""
    found = names.listed(_unit(each, names) for each in option.units)
    return found or text("debrief.nobody", names.language)


def really_words(option: Option | None, names: Names) -> str:
    """Name who was really sent, with when they were sent and there; what the record does not say stays blank."""
    language = names.language
    if option is None:
        return text("debrief.no_record", language)
    found = []
    for each in option.units:
        need = names.need(each.need_id) or "–"
        found.append(
            text("debrief.unit_really", language, unit=one_line(each.unit_id, 40), need=need, sent_s=each.sent_s,
                 arrived_s=each.arrived_s)
        )  # fmt: skip
    return names.listed(found) or text("debrief.nobody", language)


def short_units(option: Option | None, names: Names) -> str:
    """Name the units of a choice by their call signs alone."""
    return "" if option is None else names.listed(one_line(each.unit_id, 40) for each in option.units)


def reasons(decision: Decision, names: Names) -> Iterator[str]:
    """Yield why each unit of the best choice was best, and what the plan says of others that were sent."""
    language, zone = names.language, names.material.exercise.time_zone
    best = decision.best
    for each in best.units if best is not None else ():
        if each.code:
            why = sentence(each.code, each.parameters, language, zone=zone)
            yield _ended(text("debrief.why_best", language, unit=one_line(each.unit_id, 40), why=one_line(why, 300)))
    chosen = {each.unit_id for each in best.units} if best is not None else set()
    for each in decision.did.units:
        if each.code and each.unit_id not in chosen:
            why = sentence(each.code, each.parameters, language, zone=zone)
            yield _ended(text("debrief.why_did", language, unit=one_line(each.unit_id, 40), why=one_line(why, 300)))


def lacking_words(option: Option | None, names: Names) -> str:
    """Say for which needs nobody could be found, and why; empty where none."""
    language, zone = names.language, names.material.exercise.time_zone
    return "; ".join(
        text("debrief.lacks", language, count=each.missing, need=names.need(each.need_id),
             why=need_sentence(each.code, each.parameters, language, zone=zone))
        for each in (option.lacking if option is not None else ())
    )  # fmt: skip


def cover_words(decision: Decision, names: Names) -> Iterator[str]:
    """Yield what part of the demand stayed in reach, a line for each target."""
    for each in decision.coverage:
        yield text(
            "debrief.cover_line", names.language, target=names.target(each.department, each.target),
            before=share_words(each.before), did=share_words(each.did), best=share_words(each.best),
        )  # fmt: skip


def breach_words(breach: Breach, names: Names) -> str:
    """Say which rule was departed from, what was refused, or what was not kept in time."""
    language, zone = names.language, names.material.exercise.time_zone
    told = dict(breach.parameters)
    unit, incident = one_line(told.get("unit", ""), 40), told.get("incident")
    if breach.code == OVERRIDE:
        return text("debrief.override", language, unit=unit, reason=one_line(told.get("reason", ""), 200))
    if breach.code == LATE_ORDER:
        return text("debrief.order_overdue", language, unit=unit, incident=incident)
    if breach.code == LATE_INCIDENT:
        return text("debrief.deadline_passed", language, incident=incident)
    command = label("command", told.pop("command", ""), language)
    why = sentence(breach.code, told, language, zone=zone)
    return text("debrief.refused", language, command=command, why=one_line(why, MOST_SIGNS))


def where_words(decision: Decision, names: Names) -> str:
    """Say in a sentence of which incident a decision is, who took it and how long that took."""
    language = names.language
    key = "debrief.where" if decision.waited_s is not None and decision.kind != r.NOTHING else "debrief.where_unknown"
    return text(
        key, language, kind=names.kind(decision.incident_kind), place=names.place(decision.place),
        who=capital(names.trainee(decision.trainee)), waited_s=decision.waited_s,
    )  # fmt: skip


def loss_words(decision: Decision) -> str:
    """Say the seconds that a decision lost, or gained with a minus; blank where it is not judged."""
    if decision.kind == r.NOTHING:
        return clock_span(decision.lasted_s)
    if decision.verdict == r.AS_BEST or decision.loss_s is None:
        return "–" if decision.loss_s is None else clock_span(0)
    return clock_span(decision.loss_s)


def _unit(going: Going, names: Names) -> str:
    unit, need = one_line(going.unit_id, 40), names.need(going.need_id)
    if need and going.eta_s is not None:
        return text("debrief.unit", names.language, unit=unit, need=need, eta_s=going.eta_s)
    return text("debrief.unit_plain", names.language, unit=unit, need=need) if need else unit


def _ended(words: str) -> str:
    return words if words[-1:] in ".。!?！？" else f"{words}。" if _is_chinese(words) else f"{words}."


def _is_chinese(words: str) -> bool:
    return "：" in words
