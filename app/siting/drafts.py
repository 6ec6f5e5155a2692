"""The two plans of the page: how units stand, what each plan changes about it, which is in hand, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal

from app.siting.drafting import NOTHING, Changes, plan_with
from dispatch.siting.plan import Plan, Post

A, B = "a", "b"
PLANS = (A, B)
MOST_STEPS = 200


class Drafts(QObject):
    """Hold both plans. `changed` tells that one differs, `chosen_changed` that other posts are chosen or in hand."""

    changed = Signal()
    chosen_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.base = Plan("", ())
        self.hand = B
        self.chosen: frozenset[str] = frozenset()
        self._changes: dict[str, Changes] = dict.fromkeys(PLANS, NOTHING)
        self._before: list[dict[str, Changes]] = []

    def set_base(
        self, base: Plan, *, is_same: bool = False, kept: Mapping[str, Changes] = MappingProxyType({})
    ) -> None:
        """Begin from how other units stand, with changes that were `kept`; `is_same` leaves what is changed."""
        self.base = base
        if not is_same:
            self._changes = {which: kept.get(which, NOTHING) for which in PLANS}
            self._before, self.chosen = [], frozenset()
        self.changed.emit()

    def changes(self, which: str) -> Changes:
        """Return what a plan changes."""
        return self._changes[which]

    def plan(self, which: str) -> Plan:
        """Return a plan as it would be."""
        return plan_with(self.base, self._changes[which], which)

    def staffed(self, which: str) -> tuple[Post, ...]:
        """Return the posts of a plan with units of their own, without those that join them."""
        return plan_with(self.base, replace(self._changes[which], joined=()), which).posts

    def posts(self, which: str) -> Mapping[str, Post]:
        """Return every post of a plan by its id, those that are closed in it too."""
        plan = self.plan(which)
        known = {post.id: post for post in (*self.base.posts, *self._changes[which].opened)}
        return known | {post.id: post for post in plan.posts}

    def put(self, which: str, changes: Changes) -> None:
        """Let a plan have other changes; it is in hand then."""
        self.hand = which
        if changes != self._changes[which]:
            self._before = [*self._before, dict(self._changes)][-MOST_STEPS:]
            self._changes[which] = changes
            known = {*self.posts(A), *self.posts(B)}
            self.chosen &= known
            self.changed.emit()
        self.chosen_changed.emit()

    @property
    def can_undo(self) -> bool:
        """Tell whether there is a step to take back."""
        return bool(self._before)

    def undo(self) -> None:
        """Take the last step back."""
        if self._before:
            self._changes = self._before.pop()
            self.changed.emit()

    def take(self, which: str) -> None:
        """Take a plan in hand."""
        self.hand = which
        self.chosen_changed.emit()

    def choose(self, post_id: str) -> None:
        """Choose a post, or no more."""
        self.chosen ^= {post_id}
        self.chosen_changed.emit()
