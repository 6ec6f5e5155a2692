"""What the first page says in plain sentences: what went well, what did not, what to keep in mind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.debriefing.material import Material
from app.debriefing.names import Names, share_words
from app.debriefing.words import breach_words
from app.wording import capital, one_line, text
from app.wording.durations import clock_span
from dispatch.exercise import score_records as r
from dispatch.exercise.judge import ALIKE_S
from dispatch.exercise.score_records import BEST, DID, REALLY, Decision, Total
from dispatch.exercise.walk import LONG_S
from dispatch.pace import ROSTER

WELL, BADLY, TALK, MIND = "well", "badly", "talk", "mind"
ASPECTS = {WELL: "debrief.well", BADLY: "debrief.badly", TALK: "debrief.talk", MIND: "debrief.mind"}
NOTHING = {WELL: "debrief.nothing_well", BADLY: "debrief.nothing_badly"}
COVER_LEAST = 0.01  # less of the demand is nobody's fault
AS_SOON_S = 15.0
JUST_IN_S = 600.0
MOST_NAMED = 4

Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Summary:
    """Hold the opening sentence and, by aspect, the sentences that follow."""

    lead: str
    said: tuple[Said, ...]

    def of(self, aspect: str) -> tuple[str, ...]:
        """Return the sentences of one aspect."""
        return tuple(words for each, words in self.said if each == aspect)


def summary_of(names: Names) -> Summary:
    """Sum up what the figures say, in sentences."""
    material, language = names.material, names.language
    debriefing = material.debriefing
    marks = debriefing.score.marks[0]
    came_in = sum(row.at_s >= 0 for row in debriefing.score.incidents)
    who = capital(names.together(each.id for each in debriefing.trainees))
    lead = text(
        "debrief.lead" if marks.decisions else "debrief.lead_none", language, incidents=f"{came_in:,}",
        lasts_s=debriefing.lasts_s, who=who, decisions=f"{marks.decisions:,}", judged=f"{marks.judged:,}",
    )  # fmt: skip
    parts = (_choices, _waiting, _deciding, _arrivals, _reached, _rules, _cover, _quicker, _marked, _mind)
    return Summary(lead, tuple(said for part in parts for said in part(names)))


def total_of(material: Material, column: str) -> Total | None:
    """Return the totals of a column; None where there is none."""
    return next((each for each in material.debriefing.score.totals if each.column == column), None)


def _decisions(names: Names, *verdicts: str) -> list[Decision]:
    return [each for each in names.material.debriefing.score.decisions if each.verdict in verdicts]


def _say(names: Names, key: str, **values: object) -> str:
    return text(key, names.language, **values)


def _choices(names: Names) -> Iterator[Said]:
    marks = names.material.debriefing.score.marks[0]
    if not marks.judged:
        return
    if marks.as_good == marks.judged:
        yield WELL, _say(names, "debrief.good_all", judged=f"{marks.judged:,}")
    else:
        is_good, bad = marks.as_good >= 0.9 * marks.judged, marks.judged - marks.as_good
        counts = {"good": f"{marks.as_good:,}", "bad": f"{bad:,}", "judged": f"{marks.judged:,}"}
        yield WELL if is_good else BADLY, _say(names, "debrief.good_some" if is_good else "debrief.bad_some", **counts)
    slower = [each for each in _decisions(names, r.SLOWER) if each.loss_s is not None]
    if slower:
        worst = max(slower, key=lambda each: each.loss_s or 0.0)
        yield (
            BADLY,
            _say(
                names, "debrief.slower_one" if len(slower) == 1 else "debrief.slower", count=f"{len(slower):,}",
                loss_s=sum(each.loss_s or 0.0 for each in slower), loss_most_s=worst.loss_s,
                clock=names.clock(worst.at_s), incident=names.incident(worst.incident),
            ),
        )  # fmt: skip
    fewer = _decisions(names, r.FEWER)
    if fewer:
        first = fewer[0]
        yield (
            BADLY,
            _say(names, "debrief.fewer", count=f"{len(fewer):,}", clock=names.clock(first.at_s),
                 incident=names.incident(first.incident)),
        )  # fmt: skip


def _waiting(names: Names) -> Iterator[Said]:
    late = _decisions(names, r.LATE)
    if late:
        worst = max(late, key=lambda each: each.lasted_s or 0.0)
        yield (
            BADLY,
            _say(names, "debrief.waited", count=f"{len(late):,}", lasted_s=worst.lasted_s,
                 incident=names.incident(worst.incident)),
        )  # fmt: skip
    elif names.material.debriefing.score.incidents:
        yield WELL, _say(names, "debrief.waited_none", long_s=LONG_S)


def _deciding(names: Names) -> Iterator[Said]:
    figure = names.material.debriefing.score.marks[0].to_decide
    if figure.p90_s is not None:
        is_quick = figure.p90_s <= LONG_S
        key = "debrief.decide_quick" if is_quick else "debrief.decide_slow"
        yield WELL if is_quick else BADLY, _say(names, key, p90_s=figure.p90_s, p50_s=figure.p50_s)


def _arrivals(names: Names) -> Iterator[Said]:
    did, best = total_of(names.material, DID), total_of(names.material, BEST)
    if did is None or best is None or did.to_first.mean_s is None or best.to_first.mean_s is None:
        return
    is_good = did.to_first.mean_s <= best.to_first.mean_s + AS_SOON_S
    if is_good and did.attended < best.attended:
        return  # soon where somebody was sent says nothing of those who were left waiting
    key = "debrief.first_good" if is_good else "debrief.first_bad"
    yield WELL if is_good else BADLY, _say(names, key, did_s=did.to_first.mean_s, best_s=best.to_first.mean_s)


def _reached(names: Names) -> Iterator[Said]:
    debriefing = names.material.debriefing
    new = [row for row in debriefing.score.incidents if row.at_s >= 0]
    never = [row for row in new if row.did.first_s is None]
    if new and not never:
        yield WELL, _say(names, "debrief.reached_all")
    elif never:
        count, incidents = f"{len(never):,}", f"{len(new):,}"
        if all(debriefing.lasts_s - row.at_s < JUST_IN_S for row in never):
            yield MIND, _say(names, "debrief.reached_late", count=count, incidents=incidents)
            return
        which = "; ".join(names.incident(row.number) for row in never[:MOST_NAMED])
        which += "; …" if len(never) > MOST_NAMED else ""
        yield BADLY, _say(names, "debrief.reached_some", count=count, incidents=incidents, which=which)


def _rules(names: Names) -> Iterator[Said]:
    score = names.material.debriefing.score
    marks, refused = score.marks[0], [each for each in score.decisions if each.kind == r.REFUSED]
    if not (marks.overrides or refused or score.deadlines):
        yield WELL, _say(names, "debrief.rules_kept")
    if marks.overrides:
        yield BADLY, _say(names, "debrief.overrides", count=f"{marks.overrides:,}")
    if refused:
        [(why, _)] = Counter(breach_words(each, names) for one in refused for each in one.breaches).most_common(1)
        yield BADLY, _say(names, "debrief.refusals", count=f"{len(refused):,}", why=one_line(why, 200))
    if score.deadlines:
        yield BADLY, _say(names, "debrief.deadlines", count=f"{len(score.deadlines):,}")


def _cover(names: Names) -> Iterator[Said]:
    measured = [
        (each.best - each.did, decision, each)
        for decision in names.material.debriefing.score.decisions
        for each in decision.coverage
    ]
    if not measured:
        return
    lost, decision, cover = max(measured, key=lambda found: (found[0], -found[1].at_s))
    if lost < COVER_LEAST:
        yield WELL, _say(names, "debrief.cover_kept")
        return
    target = names.target(cover.department, cover.target)
    did, best = share_words(cover.did), share_words(cover.best)
    yield BADLY, _say(names, "debrief.cover_lost", clock=names.clock(decision.at_s), did=did, best=best, target=target)


def _quicker(names: Names) -> Iterator[Said]:
    quick = [each for each in _decisions(names, r.QUICKER) if each.loss_s is not None and each.loss_s < -ALIKE_S]
    if quick:
        most = min(quick, key=lambda each: each.loss_s or 0.0)
        yield (
            TALK,
            _say(names, "debrief.quicker", count=f"{len(quick):,}", clock=names.clock(most.at_s),
                 gain_s=-(most.loss_s or 0.0), incident=names.incident(most.incident)),
        )  # fmt: skip


def _marked(names: Names) -> Iterator[Said]:
    if names.material.bookmarks:
        yield TALK, _say(names, "debrief.bookmarks_said", count=f"{len(names.material.bookmarks):,}")


def _mind(names: Names) -> Iterator[Said]:
    material = names.material
    really, best = total_of(material, REALLY), total_of(material, BEST)
    if really is not None:
        yield MIND, _say(names, "debrief.mind_record", known=f"{really.attended:,}", incidents=f"{really.incidents:,}")
        yield MIND, _say(names, "debrief.mind_crews")
    else:
        yield MIND, _say(names, "debrief.mind_no_record")
    yield MIND, _driving(names)
    yield MIND, _turning_out(names)
    yield MIND, _say(names, "debrief.mind_planned" if best is not None else "debrief.mind_no_best")
    score = material.debriefing.score
    if any(each.best is not None for each in score.decisions) and not any(each.coverage for each in score.decisions):
        yield MIND, _say(names, "debrief.mind_no_cover")
    if material.marks_problem:
        yield MIND, _say(names, "debrief.mind_marks", why=one_line(material.marks_problem, 200))


def _driving(names: Names) -> str:
    """Say how long drives to incidents took here, beside free roads."""
    driven = names.material.exercise.pace.driven
    if not driven:
        return _say(names, "debrief.mind_free")
    told = [
        _say(names, "debrief.driven_recorded" if each.drives else "debrief.driven",
             priority=str(each.priority), factor=f"{each.factor:.2f}", drives=f"{each.drives:,}")
        for each in driven
    ]  # fmt: skip
    return _say(names, "debrief.mind_driven", told=names.listed(told))


def _turning_out(names: Names) -> str:
    """Say how long after they were sent units drove off here."""
    exercise = names.material.exercise
    used = {unit.turnout for unit in exercise.roster.units}
    spans_s = [s for each in exercise.roster.turnouts if each.id in used for s in (each.day_s, each.night_s)]
    if exercise.pace.turnouts == ROSTER and spans_s:
        return _say(names, "debrief.mind_turnouts", least_s=min(spans_s), most_s=max(spans_s))
    habits = exercise.habits
    return _say(names, "debrief.mind_turnout", took_s=habits.acknowledge_s + habits.turnout_s)


def figures_line(names: Names) -> str:
    """Say in one line how soon the first unit was there in each column, for the head of a window."""
    from app.wording import label

    found = []
    for each in names.material.debriefing.score.totals:
        column = label("debrief_column", each.column, names.language)
        found.append(
            text(
                "debrief.first_known", names.language, column=column, mean=clock_span(each.to_first.mean_s),
                attended=f"{each.attended:,}", incidents=f"{each.incidents:,}",
            )
        )  # fmt: skip
    return " · ".join(found)
