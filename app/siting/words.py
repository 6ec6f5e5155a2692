"""What two plans come to in words, the same in the window and on paper. Knows no widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.siting.drafting import BROKEN, CLOSED, GROWN, JOINED, MOVED, OPENED, STAFFED, Changes
from app.wording import label, one_line, text
from app.wording.durations import BLANK, MINUS, clock_span
from app.wording.measures import area as area_words
from app.wording.measures import coordinates, length
from dispatch.coverage_targets import Target
from dispatch.demand.areas import Area
from dispatch.demand.cells import Demand
from dispatch.siting.compare import AreaChange, Comparison
from dispatch.siting.plan import Growth, Plan
from dispatch.times.figure import TargetFigure
from gis.within import Within

GOOD, BAD = "good", "alarm"
LEAST_SHARE, LEAST_S = 0.0005, 0.5  # less is no difference
NAME_LETTERS = 40


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Hold a figure of both plans and their difference in words; `tone` is good, alarm or empty."""

    name: str
    before: str
    after: str
    difference: str
    tone: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """Hold how a part of the city fares in both plans; values are for sorting."""

    name: str
    words: tuple[str, ...]
    values: tuple[float | None, ...]
    tone: str = ""


def target_name(target: Target, language: str) -> str:
    """Return what a unit of the target is called."""
    return one_line(target.name_zh if language == "zh" and target.name_zh else target.name, NAME_LETTERS) or target.id


def area_name(area: Area | None, language: str) -> str:
    """Return what a part of the city is called."""
    if area is None:
        return BLANK
    return label("direction", area.name, language) if area.kind == "compass" else one_line(area.name, NAME_LETTERS)


def source_words(demand: Demand, language: str) -> str:
    """Say what a demand is made of."""
    names = [label("siting_source", each, language) for each in demand.source.split("+")]
    return ("、" if language == "zh" else ", ").join(names)


def known_words(department: str, target: Target, demand: Demand, language: str) -> str:
    """Say against what plans are held."""
    return text(
        "siting.known", language, department=one_line(department, NAME_LETTERS), target=target_name(target, language),
        within_s=target.within_s, clock=label("siting_clock", target.clock, language),
        source=source_words(demand, language), cells=f"{len(demand):,}", side=length(demand.cell_m),
    )  # fmt: skip


def percent(share: float | None) -> str:
    """Word a share; a dash for none. What is more than nothing is never called nothing, nor what is not all, all."""
    if share is None:
        return BLANK
    if 0.0 < share < LEAST_SHARE:
        return "< 0.1 %"
    return "> 99.9 %" if 1.0 - LEAST_SHARE < share < 1.0 - 1e-9 else f"{100 * share:.1f} %"


def figure_rows(found: Comparison, language: str) -> list[FigureRow]:
    """Return every figure of both plans."""
    rows = []
    before, after = found.before, found.after
    plain = ("siting.posts", lambda each: len(each.plan.posts)), ("siting.units", lambda each: each.plan.units)
    for key, count in plain:
        one, other = count(before), count(after)
        rows.append(FigureRow(text(key, language), f"{one}", f"{other}", _signed(other - one, lambda n: f"{n:.0f}")))
    for key, value, is_good in (
        ("siting.reached", lambda each: each.reached, 1), ("siting.expected", lambda each: each.expected, 1),
        ("siting.never", lambda each: each.never, -1), ("siting.busy", lambda each: each.busy, -1),
    ):  # fmt: skip
        rows.append(_share_row(key, value(before), value(after), is_good, language))
    for key, value in (
        ("siting.mean", lambda each: each.mean_s), ("siting.p50", lambda each: each.p50_s),
        ("siting.p90", lambda each: each.p90_s),
    ):  # fmt: skip
        one, other = value(before), value(after)
        changed = other - one if one is not None and other is not None else None
        rows.append(
            FigureRow(
                text(key, language),
                clock_span(one),
                clock_span(other),
                _signed(changed, clock_span),
                _tone(changed, -1, LEAST_S),
            )
        )
    if before.calls_a_day is not None and after.calls_a_day is not None:
        rows.append(_count_row("siting.calls", before.calls_a_day, after.calls_a_day, 0, language))
        assert before.late_a_day is not None and after.late_a_day is not None
        rows.append(_count_row("siting.late", before.late_a_day, after.late_a_day, -1, language))
    return rows


def area_headings(language: str) -> tuple[str, ...]:
    """Return the headings of `area_rows`."""
    both = [
        text(key, language, plan=plan) for key in ("siting.area_reached", "siting.area_mean", "siting.area_p90")
        for plan in "AB"
    ]  # fmt: skip
    names = (text("siting.area", language), text("siting.area_share", language))
    return (*names, both[0], both[1], text("siting.area_difference", language), *both[2:])


def area_rows(found: Comparison, language: str) -> list[AreaRow]:
    """Return how each part of the city fares in both plans, the worst change first."""
    return [_area_row(each, language) for each in found.areas]


def _area_row(each: AreaChange, language: str) -> AreaRow:
    before, after = each.before, each.after
    share = after.share if after is not None else 0.0
    one, other = (figure.reached if figure is not None else None for figure in (before, after))
    changed = other - one if one is not None and other is not None else None
    times_s = [
        getattr(figure, name) if figure is not None else None
        for name in ("mean_s", "p90_s")
        for figure in (before, after)
    ]
    return AreaRow(
        area_name(each.area, language),
        (percent(share), percent(one), percent(other), _plain_points(changed), *(clock_span(s) for s in times_s)),
        (share, one, other, changed, *times_s),
        _tone(changed, 1, LEAST_SHARE),
    )


def summary(found: Comparison, language: str) -> str:
    """Say in one sentence what differs."""
    shares = (found.lost, found.won, found.slower, found.quicker)
    if all(share < LEAST_SHARE for share in shares):
        return text("siting.same", language)
    lost, won, slower, quicker = map(percent, shares)
    return text("siting.lost_line", language, lost=lost, won=won, slower=slower, quicker=quicker)


def record_words(found: TargetFigure | None, language: str) -> str:
    """Say how often a log met the target, and how many incidents that rests on; nothing where nothing is known."""
    if found is None or found.share is None:
        return ""
    return text(
        "siting.recorded", language, share=percent(found.share), count=f"{found.n:,}", mean=clock_span(found.mean_s)
    )


def change_words(key: str, base: Plan, changes: Changes, language: str, areas: Sequence[Area] = ()) -> str:
    """Say what a change is, by its key (`drafting.keys`)."""
    kind, _, name = key.partition(":")
    names = {post.id: one_line(post.name, NAME_LETTERS) for post in (*base.posts, *changes.opened)}
    post = names.get(name, name)
    if kind == JOINED:
        there = next((each[1] for each in changes.joined if each[0] == name), "")
        return text("siting.is_joined", language, post=post, there=names.get(there, there))
    if kind == BROKEN:
        lon, lat = next((each.coordinates[0] for each in changes.broken if each.id == name), (0.0, 0.0))
        return text("siting.is_broken", language, place=coordinates(lon, lat))
    if kind == GROWN:
        growth = next((each for each in changes.growth if each.area == name), Growth(1.0, name))
        more = _signed(100 * (growth.factor - 1), lambda value: f"{value:g} %")
        if not name:
            return text("siting.is_grown_all", language, percent=more)
        area = next((each for each in areas if each.name == name), Area("place", name))
        return text("siting.is_grown", language, percent=more, area=area_name(area, language))
    if kind == STAFFED:
        return text("siting.is_staffed", language, post=post, units=dict(changes.staffed).get(name, 0))
    if kind == OPENED:
        units = next((each.units for each in changes.opened if each.id == name), 1)
        return text("siting.is_opened" if units == 1 else "siting.is_opened_with", language, post=post, units=units)
    keys = {CLOSED: "siting.is_closed", MOVED: "siting.is_moved"}
    return text(keys[kind], language, post=post)


def plan_words(changes: Changes, count: int, language: str) -> str:
    """Say in how much a plan differs from how units stand."""
    if changes.is_none:
        return text("siting.as_it_stands", language)
    return text("siting.change_count" if count == 1 else "siting.changes_count", language, count=count)


def enclosed_words(found: Within, language: str) -> list[str]:
    """Say what lies within a perimeter, and of what no layer tells."""
    lines = [text("siting.enclosed_area", language, area=area_words(found.area_km2 * 1e6))]
    layer = one_line(found.people_layer, NAME_LETTERS)
    for count, key, none in (
        (found.buildings, "siting.enclosed_buildings", "siting.no_buildings"),
        (found.addresses, "siting.enclosed_addresses", "siting.no_addresses"),
        (found.people, "siting.enclosed_people", "siting.no_people"),
    ):
        words = text(none, language) if count is None else text(key, language, count=f"{count:,.0f}", layer=layer)
        lines.append(words)
    return lines


def _share_row(key: str, before: float, after: float, good: int, language: str) -> FigureRow:
    changed = after - before
    return FigureRow(
        text(key, language), percent(before), percent(after), _points(changed, language),
        _tone(changed, good, LEAST_SHARE), text("siting.reached_tip", language) if key == "siting.expected" else "",
    )  # fmt: skip


def _count_row(key: str, before: float, after: float, good: int, language: str) -> FigureRow:
    return FigureRow(
        text(key, language), f"{before:,.1f}", f"{after:,.1f}",
        _signed(after - before, lambda value: f"{value:,.1f}"), _tone(after - before, good, 0.05) if good else "",
    )  # fmt: skip


def _points(changed: float | None, language: str) -> str:
    if changed is None:
        return BLANK
    return text("siting.points", language, points=_plain_points(changed))


def _plain_points(changed: float | None) -> str:
    return _signed(None if changed is None else 100 * changed, lambda value: f"{value:.1f}")


def _signed(value: float | None, word: Callable[[float], str]) -> str:
    """Word a difference with its sign; one that shows as nothing has none."""
    if value is None:
        return BLANK
    said = word(abs(value))
    return said if not said.strip("0:., %") else f"{'+' if value > 0 else MINUS}{said}"


def _tone(changed: float | None, good: int, least: float) -> str:
    if changed is None or not good or abs(changed) < least:
        return ""
    return GOOD if changed * good > 0 else BAD
