"""How figures, their change and their periods are said on the page and in the report."""

from __future__ import annotations

from app.figure_rows import indicator_name, key_name, value_text
from app.figures.series import SPANS_S
from app.wording import label, one_line, text
from dispatch.figures.compute import ALL, Figure, Figures
from dispatch.figures.indicators import HIGHER, LOWER, Indicator
from dispatch.figures.period import DAY, MONTH, Period
from dispatch.state import State

SMALLEST_CHANGE = 0.00005  # of a share: what two places of a hundredth still show
GOOD, BAD, PLAIN = "good", "warning", ""


def name_of(indicator: Indicator, language: str) -> str:
    """Name an indicator on one line, whatever a city wrote into its file."""
    return one_line(indicator_name(indicator, language), 60)


def key_words(state: State, group: str, key: str, language: str) -> str:
    """Name what a figure is of, on one line."""
    return one_line(key_name(state, group, key, language), 60)


def count_words(figure: Figure, language: str) -> str:
    """Say how many of how many; nothing for a plain number, which says so itself."""
    if figure.denominator is None:
        return ""
    if not figure.denominator:
        return text("figures_page.none_counted", language)
    return text("figures.of", language, count=f"{figure.numerator:,}", whole=f"{figure.denominator:,}")


def short_value(indicator: Indicator, value: float | None) -> str:
    """Word a value for a tile or a cell: a share to a tenth of a hundredth."""
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if indicator.is_share else value_text(indicator, value)


def change_words(indicator: Indicator, change: float | None, language: str) -> tuple[str, str]:
    """Say how a figure moved since the period before, with an arrow and in words; and its level for the style sheet."""
    if change is None:
        return text("figures_page.no_before", language), PLAIN
    if abs(change) < (SMALLEST_CHANGE if indicator.is_share else 0.5):
        return text("figures_page.same", language), PLAIN
    if indicator.is_share:
        amount = text("figures_page.points", language, number=f"{100 * abs(change):.1f}")
    else:
        amount = f"{abs(change):,.0f}"
    way = "up" if change > 0 else "down"
    if indicator.better not in (HIGHER, LOWER):
        if indicator.is_share:
            return f"{'▲' if change > 0 else '▼'} {amount}", PLAIN
        return text({"up": "figures_page.up", "down": "figures_page.down"}[way], language, change=amount), PLAIN
    is_better = (change > 0) == (indicator.better == HIGHER)
    key = {
        ("up", True): "figures_page.up_better",
        ("up", False): "figures_page.up_worse",
        ("down", True): "figures_page.down_better",
        ("down", False): "figures_page.down_worse",
    }[way, is_better]
    return text(key, language, change=amount), GOOD if is_better else BAD


def moved_words(figures: Figures, figure: Figure, language: str) -> tuple[str, str]:
    """Say how a figure moved, and its level. Numbers of a period that is not over are not held against a whole one."""
    indicator, before = figures.profile.of(figure.indicator), figures.before
    if before is None or not before.keys(ALL):
        return text("figures_page.no_before", language), PLAIN
    if not indicator.is_share and figures.at < figures.period.to_at:
        old = short_value(indicator, before.of(figure.indicator, figure.group, figure.key).value)
        return text("figures_page.so_far", language, value=old), PLAIN
    return change_words(indicator, figures.change(figure), language)


def period_words(period: Period) -> str:
    """Write a period as its days."""
    first, last = period.first_day, period.last_day
    if period.kind == MONTH:
        return f"{first:%Y-%m}"
    if period.kind == DAY or first == last:
        return f"{first:%Y-%m-%d}"
    return f"{first:%Y-%m-%d} – {last:{'%m-%d' if first.year == last.year else '%Y-%m-%d'}}"


def span_names(language: str) -> tuple[str, ...]:
    """Name the bars of how long cases took: up to each limit, and longer than the last."""
    limits = tuple(f"≤{label('figures_span', limit, language)}" for limit in SPANS_S)
    return (*limits, label("figures_span", "more", language))
