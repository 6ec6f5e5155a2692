"""Standards of urban management in words: limits, degrees, who answers, in English and in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the map's first picture waits for no rules
    from dispatch.clocks import Limit

_LIMITS: dict[str, dict[str, tuple[str, str]]] = {  # one, several; the amount stands at {}
    "en": {
        "urgent": ("{} urgent hour, day and night", "{} urgent hours, day and night"),
        "working": ("{} working hour", "{} working hours"),
        "working_days": ("{} working day", "{} working days"),
        "minutes": ("{} min", "{} min"),
    },
    "zh": {
        "urgent": ("{} 紧急工时", "{} 紧急工时"),
        "working": ("{} 工作时", "{} 工作时"),
        "working_days": ("{} 个工作日", "{} 个工作日"),
        "minutes": ("{} 分钟", "{} 分钟"),
    },
}
LABELS: dict[str, dict[str, str]] = {
    "group": {"component": "Component", "event": "Event"},
    "degree": {"usual": "Usual", "urgent": "Urgent", "long": "Long works"},
    "area_rule": {
        "cell": "Whoever answers for the cell",
        "owner": "The owner of the component",
        "city": "The department for the whole city",
    },
}
LABELS_ZH: dict[str, dict[str, str]] = {
    "group": {"component": "部件", "event": "事件"},
    "degree": {"usual": "一般", "urgent": "紧急", "long": "大修"},
    "area_rule": {"cell": "按单元网格责任", "owner": "按部件权属", "city": "全市统一主管"},
}


def limit_words(limit: Limit, language: str = "en") -> str:
    """Word a limit: `4 working hours`, `2 urgent hours, day and night`, `15 min` where it is less than an hour."""
    words = _LIMITS.get(language, _LIMITS["en"])
    amount, kind = limit.amount, limit.kind
    if kind != "working_days" and amount < 1:
        amount, kind = round(amount * 60), "minutes"
    return words[kind][amount != 1].format(f"{amount:g}")
