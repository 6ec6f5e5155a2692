"""What an after-action report says, as plain titles, paragraphs, tables and pictures."""

from __future__ import annotations

from collections.abc import Iterator

from app.debriefing.decision_parts import decision_part, every_decision
from app.debriefing.names import Names, share_words, span_of
from app.debriefing.summary import ASPECTS, NOTHING, summary_of
from app.debriefing.words import breach_words
from app.debriefing.worst import worst_of
from app.paper.report import Part, Report
from app.wording import label, one_line, text
from app.wording.durations import BLANK, clock_span, day_and_clock
from dispatch.exercise import score_records as r
from dispatch.exercise.exercise import HISTORY
from dispatch.exercise.judge import ALIKE_S
from dispatch.exercise.score_records import Marks, Total

INCIDENTS_A_PICTURE = 22
MOST_RULES, MOST_MARKS = 80, 80
SHORT_HEAD = 24
BARS, REACHED, DECIDE, LOSS, COVER, LANES, OVERVIEW, FROM_CALL, DECISION = (
    "bars", "reached", "decide", "loss", "cover", "lanes", "overview", "from_call", "decision",
)  # fmt: skip


def report_of(names: Names, covers: int) -> Report:
    """Make the report; `covers` is how many charts of cover there are. Charts are named `kind` or `kind number`."""
    material, language = names.material, names.language
    debriefing, exercise = material.debriefing, material.exercise
    key = "debrief.of_history" if debriefing.source == HISTORY else "debrief.of_scenario"
    day, _, _ = day_and_clock(debriefing.start_at, debriefing.time_zone).partition(" ")
    when = text(
        "debrief.when_value", language, day=day, from_clock=names.clock(0.0), to_clock=names.clock(debriefing.lasts_s),
        lasts_s=debriefing.lasts_s,
    )  # fmt: skip
    facts = (
        (text("debrief.when", language), when),
        (text("debrief.trainees", language), "; ".join(_trainee(names, each.id, each.department)
                                                       for each in debriefing.trainees)),
        (text("debrief.made_from", language), text(key, language, name=one_line(exercise.source_name, 80) or BLANK)),
        (text("debrief.log", language), text("debrief.log_value", language, name=one_line(material.log_name, 80),
                                             entries=f"{debriefing.score.entries:,}")),
        (text("debrief.head", language), one_line(material.head, 120) or BLANK),
        (text("debrief.seed", language), str(debriefing.seed)),
    )  # fmt: skip
    subtitle = text("debrief.subtitle", language, name=names.exercise, city=names.city)
    parts = tuple(_parts(names, covers))
    return Report(text("debrief.title", language), subtitle, facts, text("debrief.warning", language), parts)


def _parts(names: Names, covers: int) -> Iterator[Part]:
    material, language = names.material, names.language
    worst = worst_of(material.debriefing.score.decisions)
    yield from _summary(names)
    yield _totals(names)
    yield _marks(names)
    yield Part(text("debrief.charts", language), charts=(BARS, REACHED, DECIDE, LOSS))
    note = (text("debrief.overview_note", language),)
    yield Part(text("debrief.overview", language), note, charts=(OVERVIEW,), begins_page=True)
    yield Part(text("debrief.timeline", language), (text("debrief.timeline_note", language),), charts=(LANES,))
    if not worst:
        yield Part(text("debrief.worst_title", language), (text("debrief.none_worst", language),))
    for number, place in enumerate(worst, start=1):
        yield decision_part(names, place, number, f"{DECISION} {place}")
    yield every_decision(names, begins_page=bool(worst))  # else its page would hold one sentence
    yield from _from_call(names)
    if covers:
        charts = tuple(f"{COVER} {number}" for number in range(covers))
        yield Part(text("debrief.cover", language), (text("debrief.cover_note", language),), charts=charts)
    yield _rules(names)
    yield _bookmarks(names)
    yield _method(names)


def _summary(names: Names) -> Iterator[Part]:
    language, found = names.language, summary_of(names)
    yield Part(text("debrief.summary", language), (found.lead,))
    for aspect, title in ASPECTS.items():
        said = tuple(f"•  {words}" for words in found.of(aspect))
        if not said and aspect in NOTHING:
            said = (text(NOTHING[aspect], language),)
        if said:
            yield Part(text(title, language), said)


def _totals(names: Names) -> Part:
    language, totals = names.language, names.material.debriefing.score.totals

    def row(key: str, cell: object) -> tuple[str, ...]:
        return (text(key, language), *(str(cell(each)) for each in totals))  # type: ignore[operator]

    def of_all(part: int, total: Total) -> str:
        return text("debrief.of_whole", language, part=f"{part:,}", whole=f"{total.incidents:,}")

    rows = (
        row("debrief.incidents", lambda each: f"{each.incidents:,}"),
        row("debrief.attended", lambda each: of_all(each.attended, each)),
        row("debrief.complete", lambda each: of_all(each.complete, each)),
        row("debrief.to_decide", lambda each: span_of(each.to_decide.mean_s, each.to_decide.n)),
        row("debrief.to_first", lambda each: span_of(each.to_first.mean_s, each.to_first.n)),
        row("debrief.to_first_p90", lambda each: clock_span(each.to_first.p90_s)),
        row("debrief.to_needs", lambda each: span_of(each.to_needs.mean_s, each.to_needs.n)),
        row("debrief.to_needs_p90", lambda each: clock_span(each.to_needs.p90_s)),
        row("debrief.sent", lambda each: f"{each.sent:,}"),
    )
    headings = ("", *(label("debrief_column", each.column, language) for each in totals))
    return Part(
        text("debrief.totals", language), (text("debrief.totals_note", language),), headings, rows,
        frozenset(range(1, len(headings))), 0, 46, begins_page=True,
    )  # fmt: skip


def _marks(names: Names) -> Part:
    language = names.language
    marks = names.material.debriefing.score.marks
    shown = marks[1:] if len(marks) == 2 else (*marks[1:], *marks[:1])  # all together last, where it says more
    keys = (
        "debrief.who",
        "debrief.decisions",
        "debrief.as_good",
        "debrief.lost",
        "debrief.decide_short",
        "debrief.late",
        "debrief.overrides_short",
        "debrief.refusals_short",
        "debrief.cover_short",
    )
    headings = tuple(text(key, language) for key in keys)
    rows = tuple(_mark_row(names, each) for each in shown)
    return Part(
        text("debrief.marks", language), (text("debrief.marks_note", language),), headings, rows,
        frozenset(range(1, len(headings))), 0, 18,
    )  # fmt: skip


def _mark_row(names: Names, marks: Marks) -> tuple[str, ...]:
    spans = f"{clock_span(marks.to_decide.p50_s)} / {clock_span(marks.to_decide.p90_s)}"
    good = text("debrief.of_whole", names.language, part=f"{marks.as_good:,}", whole=f"{marks.judged:,}")
    return (
        names.trainee(marks.trainee), f"{marks.decisions:,}", good if marks.judged else BLANK,
        clock_span(marks.loss_s), spans if marks.to_decide.n else BLANK, f"{marks.late:,}", f"{marks.overrides:,}",
        f"{marks.refusals:,}", share_words(marks.coverage_lost),
    )  # fmt: skip


def _from_call(names: Names) -> Iterator[Part]:
    language = names.language
    new = [row for row in names.material.debriefing.score.incidents if row.at_s >= 0]
    for number in range(0, len(new), INCIDENTS_A_PICTURE):
        said = (text("debrief.rows_note", language),) if number == 0 else ()
        title = text("debrief.rows", language)
        yield Part(title, said, charts=(f"{FROM_CALL} {number}",), begins_page=number % (2 * INCIDENTS_A_PICTURE) == 0)


def _rules(names: Names) -> Part:
    language, score = names.language, names.material.debriefing.score
    found = []
    for each in score.decisions:
        for breach in each.breaches:
            who = names.trainee(each.trainee)
            found.append((each.at_s, who, names.incident(each.incident), breach_words(breach, names)))
    for breach in score.deadlines:
        told = dict(breach.parameters)
        number = told.get("debrief.incident", 0)
        place = names.incident(number) if isinstance(number, int) else BLANK
        found.append((float(told.get("at_s", 0.0)), BLANK, place, breach_words(breach, names)))
    found.sort(key=lambda each: each[0])
    rows = tuple((names.clock(at_s), who, place, words) for at_s, who, place, words in found[:MOST_RULES])
    keys = ("debrief.clock", "debrief.who", "debrief.incident", "debrief.what_rule")
    headings = tuple(text(key, language) for key in keys)
    none = () if rows else (text("debrief.rules_none", language),)
    more = len(found) - MOST_RULES
    after = (text("debrief.more_rows", language, count=f"{more:,}"),) if more > 0 else ()
    return Part(text("debrief.rules", language), none, headings if rows else (), rows, frozenset(), 3, 48, after=after)


def _bookmarks(names: Names) -> Part:
    language, material = names.language, names.material
    rows = tuple(
        (names.clock((each.at - material.debriefing.start_at).total_seconds()), str(each.sequence),
         one_line(each.name, 120))
        for each in material.bookmarks[:MOST_MARKS]
    )  # fmt: skip
    headings = tuple(text(key, language) for key in ("debrief.clock", "debrief.entry", "debrief.words"))
    none = () if rows else (text("debrief.bookmarks_none", language),)
    if material.marks_problem:
        none = (text("debrief.mind_marks", language, why=one_line(material.marks_problem, 200)),)
    title = text("debrief.bookmarks", language)
    return Part(title, none, headings if rows else (), rows, frozenset({1}), 2, 74)


def _method(names: Names) -> Part:
    language, material = names.language, names.material
    said = [text("debrief.method_best", language, alike_s=ALIKE_S)]
    if r.REALLY in material.debriefing.columns:
        said.append(text("debrief.method_really", language))
    said.append(text("debrief.method_blank", language))
    head, log = one_line(material.head, 120)[:SHORT_HEAD] or BLANK, one_line(material.log_name, 80)
    said.append(text("debrief.method_again", language, log=log, head=head, seed=material.debriefing.seed))
    return Part(text("debrief.method", language), tuple(said))


def _trainee(names: Names, trainee_id: str, department: str) -> str:
    name = names.trainee(trainee_id)
    if not department:
        return name
    return text("debrief.trainee_of", names.language, name=name, department=names.department(department))
