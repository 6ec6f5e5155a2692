"""What a report says, as plain titles, paragraphs, tables and charts; how it is put on paper is `report_paper`'s."""

from __future__ import annotations

from collections.abc import Iterator

from app.cases.words import class_name, holder_words, place_words
from app.figure_rows import definition
from app.figures.count import Counted
from app.figures.own import ALL
from app.figures.places import hot_words, repeated_words
from app.figures.words import count_words, key_words, moved_words, name_of, short_value
from app.paper.origin import Origin
from app.paper.report import Part, Report
from app.wording import label, listed, one_line, text
from app.wording.durations import day_and_clock
from dispatch.events import LogKind
from dispatch.figures.indicators import SECTIONS, Indicator
from dispatch.figures.period import MONTH

# What is said of each area, class, source: these where the profile has them.
SHORT = ("found", "due_to_handle", "handle_in_time_rate", "overdue_rate", "closing_in_time_rate", "rework_rate",
         "satisfaction")  # fmt: skip
MOST_ROWS, MOST_PLACES, MOST_OVERDUE = 20, 15, 60
CHARTS = ("days", "departments", "spans", "hours")
MAP = "map"


def report_of(counted: Counted, origin: Origin, language: str) -> Report:
    """Make a report of what was counted; of one's own figures alone where that is all that one sees."""
    period, state = counted.figures.period, counted.state
    first, last = period.first_day.isoformat(), period.last_day.isoformat()
    share = counted.asked.share
    title = text("report.title_month" if period.kind == MONTH else "report.title", language)
    if share.is_own:
        name = key_words(state, share.group, share.key, language)
        title = text("figures_page.of_key", language, indicator=title, name=name)
    kind = state.kind
    words = label("log_kind", kind.value, language) if kind is not None else "–"
    facts = (
        (text("report.known", language), day_and_clock(counted.figures.at, period.time_zone)),
        (text("figures_page.profile", language), _profile_name(counted, language)),
        (text("report.log", language), one_line(origin.log_name, 120) or "–"),
        (text("report.kind", language), words),
        (text("report.entries", language), f"{state.sequence:,}"),
        (text("report.head", language), one_line(origin.head, 120) or "–"),
        (text("report.made", language), day_and_clock(origin.made_at, period.time_zone)),
        (text("report.made_by", language), one_line(origin.made_by, 80) or "–"),
    )
    warning = "" if kind is LogKind.LIVE else text("report.not_live", language, kind=words)
    subtitle = text("report.of", language, city=one_line(origin.city, 60), first=first, last=last)
    return Report(title, subtitle, facts, warning, tuple(_parts(counted, origin, language)))


def _parts(counted: Counted, origin: Origin, language: str) -> Iterator[Part]:
    figures, is_whole = counted.figures, not counted.asked.share.is_own
    yield _figures(counted, counted.main(), text("report.main", language), language)
    if counted.ranking:
        yield _ranking(counted, language)
    yield Part(text("report.charts", language), charts=CHARTS, begins_page=True)
    for group, title in (
        ("area", "report.areas"),
        ("class", "report.classes"),
        ("source", "report.sources"),
    ):
        if is_whole and group in figures.groups:
            yield _by_group(counted, group, SHORT, text(title, language), language)
    if is_whole and "post" in figures.groups:
        yield _by_group(counted, "post", ("post_in_time",), text("report.posts", language), language)
    if is_whole:
        yield from _places(counted, language)
    yield _overdue(counted, language)
    for section in SECTIONS:
        chosen = tuple(each for each in figures.indicators(counted.asked.share.group) if each.section == section)
        if chosen:
            name = label("figures_section", section, language)
            title = text("figures_page.of_key", language, indicator=text("report.all_figures", language), name=name)
            yield _figures(counted, chosen, title, language)
    yield _method(counted, origin, language)


def _figures(counted: Counted, indicators: tuple[Indicator, ...], title: str, language: str) -> Part:
    figures, share = counted.figures, counted.asked.share
    before = figures.before if figures.before is not None and figures.before.keys(ALL) else None
    rows = []
    for indicator in indicators:
        figure = figures.of(indicator.id, share.group, share.key)
        row = [name_of(indicator, language), short_value(indicator, figure.value), count_words(figure, language)]
        if before is not None:
            row.append(short_value(indicator, before.of(indicator.id, share.group, share.key).value))
            row.append(moved_words(figures, figure, language)[0])
        rows.append((*row, one_line(definition(indicator, language), 400)))
    keys = ["report.indicator", "report.value", "report.count"]
    if before is not None:
        keys += ["report.before", "report.change"]
    headings = (*(text(key, language) for key in keys), text("report.definition", language))
    right = frozenset({1, 2, 3} if before is not None else {1, 2})
    return Part(title, (), headings, tuple(rows), right, len(headings) - 1, 42 if before is not None else 56)


def _ranking(counted: Counted, language: str) -> Part:
    figures, state = counted.figures, counted.state
    marks = [mark for mark in figures.profile.marks if figures.has(mark.indicator, "department")]
    indicators = [figures.profile.of(mark.indicator) for mark in marks]
    rows = []
    for each in counted.ranking:
        values = (short_value(i, figures.of(i.id, "department", each.key).value) for i in indicators)
        rows.append((
            "–" if each.place is None else str(each.place),
            key_words(state, "department", each.key, language),
            "–" if each.mark is None else f"{each.mark:.2f}",
            *values,
        ))  # fmt: skip
    headings = (
        text("report.place_of", language),
        text("report.name", language),
        text("report.mark", language),
        *(name_of(each, language) for each in indicators),
    )
    right = frozenset((0, *range(2, len(headings))))
    return Part(text("report.ranking", language), (), headings, tuple(rows), right, 1, 21)


def _by_group(counted: Counted, group: str, wanted: tuple[str, ...], title: str, language: str) -> Part:
    figures, state = counted.figures, counted.state
    indicators = [each for each in figures.indicators(group) if each.id in wanted]
    if not indicators:
        return Part(title, (text("report.none", language),))
    first = indicators[0].id
    keys = sorted(figures.keys(group), key=lambda key: (-figures.of(first, group, key).numerator, key))
    rows = []
    for key in keys[:MOST_ROWS]:
        found = [figures.of(each.id, group, key) for each in indicators]
        if not any(figure.numerator or figure.denominator for figure in found):
            continue
        values = [short_value(each, figure.value) for each, figure in zip(indicators, found, strict=True)]
        if len(indicators) == 1:
            values.append(count_words(found[0], language))
        rows.append((key_words(state, group, key, language), *values))
    headings = [label("figures_group", group, language), *(name_of(each, language) for each in indicators)]
    if len(indicators) == 1:
        headings.append(text("report.count", language))
    more = len(keys) - MOST_ROWS
    notes = (text("report.overdue_more", language, count=f"{more:,}"),) if more > 0 else ()
    right = frozenset(range(1, len(headings)))
    return Part(title, (), tuple(headings), tuple(rows), right, 0, 34, after=notes)


def _places(counted: Counted, language: str) -> Iterator[Part]:
    state = counted.state
    hot = [(*hot_words(spot, state, language), f"{spot.z:.1f}") for spot in counted.hot[:MOST_PLACES]]
    headings = (text("figures_page.place", language), text("report.cases", language), "Gi*")
    said = [text("figures_page.hot_note", language)]
    if not hot:
        said.append(text("report.none", language))
    title, caption = text("figures_page.hot", language), (text("report.map", language),)
    yield Part(title, tuple(said), headings if hot else (), tuple(hot), frozenset({2}), 0, 44, (MAP,), after=caption)
    rows = []
    for place in counted.repeated[:MOST_PLACES]:
        name, where = repeated_words(place, state, language)
        numbers = listed(map(str, place.case_ids[:8]), language) + (" …" if len(place.case_ids) > 8 else "")
        rows.append((name, where, str(len(place.case_ids)), numbers))
    said = [text("figures_page.repeated_note", language)]
    if not rows:
        said.append(text("report.none", language))
    headings = tuple(
        text(key, language) for key in ("report.name", "figures_page.place", "report.times", "report.cases")
    )
    title = text("figures_page.repeated", language)
    yield Part(title, tuple(said), headings if rows else (), tuple(rows), frozenset({2}), 1, 28)


def _overdue(counted: Counted, language: str) -> Part:
    """List what is overdue and open at the end, what fell due first first."""
    figures, state, share = counted.figures, counted.state, counted.asked.share
    title = text("report.overdue", language)
    if not figures.has("overdue_rate", share.group):
        return Part(title, (text("report.none", language),))
    ids = figures.cases(figures.of("overdue_rate", share.group, share.key))
    rows = []
    for case_id in ids[:MOST_OVERDUE]:
        case = state.cases[case_id]
        limits = [visit.due_at or visit.first_due_at for visit in case.visits if visit.stage.value == "handle"]
        due = max((at for at in limits if at is not None), default=None)
        rows.append((
            str(case_id),
            class_name(state, case.standard_id, language),
            place_words(case.place),
            holder_words(state, case, language),
            day_and_clock(due, figures.period.time_zone) if due is not None else "–",
        ))  # fmt: skip
    headings = tuple(
        text(key, language)
        for key in (
            "figures_page.case", "figures_page.class", "figures_page.place", "figures_page.department",
            "figures_page.due",
        )
    )  # fmt: skip
    more = len(ids) - MOST_OVERDUE
    none = (text("report.none", language),) if not ids else ()
    after = (text("report.overdue_more", language, count=f"{more:,}"),) if more > 0 else ()
    return Part(title, none, headings if rows else (), tuple(rows), frozenset({0}), 2, 36, after=after)


def _method(counted: Counted, origin: Origin, language: str) -> Part:
    profile = counted.figures.profile
    said = [text("report.method_text", language)]
    said.append(text("report.profile_text", language, profile=_profile_name(counted, language)))
    if profile.marks:
        parts = (
            text(
                "report.mark_part",
                language,
                indicator=name_of(profile.of(mark.indicator), language),
                weight=f"{mark.weight:g}",
                full=f"{100 * mark.full:g} %",
            )
            for mark in profile.marks
        )
        said.append(text("report.marks_text", language, marks=listed(parts, language)))
    if origin.head:
        said.append(text("report.head_text", language, head=one_line(origin.head, 120)))
    return Part(text("report.method", language), tuple(said))


def _profile_name(counted: Counted, language: str) -> str:
    profile = counted.figures.profile
    return one_line(profile.name_zh if language == "zh" else profile.name, 80)
