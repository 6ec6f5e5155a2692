"""Usual duties: what departments are usually told to do for a kind of incident, ready to be given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dispatch.clocks import Limit
from dispatch.duty_commands import DutyDraft
from resources.unit import Department


@dataclass(frozen=True, slots=True)
class UsualDuty:
    """One usual duty of a kind of incident (a run card's); `after` are codes of the same kind that come first."""

    kind: str
    code: str
    department_kind: str
    text: str
    text_zh: str = ""
    limit: Limit | None = None
    after: tuple[str, ...] = ()

    def text_in(self, language: str) -> str:
        """Return what is to be done in a language (`zh`; anything else: English)."""
        return self.text_zh if language == "zh" and self.text_zh else self.text


@dataclass(frozen=True, slots=True)
class UsualDuties:
    """Hold the usual duties of a city, in the order of its file."""

    duties: tuple[UsualDuty, ...] = ()

    def of(self, kind: str) -> tuple[UsualDuty, ...]:
        """Return those of a kind of incident."""
        return tuple(each for each in self.duties if each.kind == kind)


@dataclass(frozen=True, slots=True)
class Drafts:
    """Hold duties ready to be given, and those for which the roster has no department of the kind.

    What would come after one of those is free to begin without it.
    """

    drafts: tuple[DutyDraft, ...]
    without_department: tuple[UsualDuty, ...] = ()


def draft_usual(
    usual: UsualDuties, kind: str, departments: Iterable[Department], *, language: str = "en", lead: str = ""
) -> Drafts:
    """Draft the usual duties of a kind for the departments that there are: the lead first where it is of the kind."""
    known = tuple(departments)
    placed: dict[str, int] = {}
    drafts: list[DutyDraft] = []
    without: list[UsualDuty] = []
    for each in usual.of(kind):
        able = [department.id for department in known if department.kind == each.department_kind]
        if not able:
            without.append(each)
            continue
        placed[each.code] = len(drafts)
        after = tuple(placed[code] for code in each.after if code in placed)
        department = lead if lead in able else able[0]
        drafts.append(DutyDraft(each.text_in(language), department, each.code, each.limit, after=after))
    return Drafts(tuple(drafts), tuple(without))
