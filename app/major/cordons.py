"""Cordons: perimeters that were drawn on the map, as the inner, outer or traffic one of this incident."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Signal

from app.case_forms.fields import ChoiceField
from app.desk import Desk
from app.major.page import Page
from app.parts.allow import allow
from app.parts.forms import plain_label, small_button
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, one_line
from app.wording.measures import length
from dispatch.incident import Perimeter, PerimeterKind
from dispatch.major import RINGS
from dispatch.major_commands import LinkCordon, UnlinkCordon
from dispatch.major_now import cordons_now


class CordonsPage(Page):
    """Cordons that stand, then those that could be linked; drawing goes on with the map's own tool."""

    draw_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.list = RowList(self.words("major.cordons"))
        self.none = plain_label(self.words("major.no_cordons"), role="muted")
        self.ring = ChoiceField(
            self.words("major.ring"), [(each, label("ring", each, desk.language)) for each in RINGS]
        )
        self.link_button = small_button(self.words("major.link"), self._link)
        self.unlink_button = small_button(self.words("major.unlink"), self._unlink)
        self.draw_button = small_button(self.words("major.draw_cordon"), self.draw_wanted.emit)
        self.show_button = small_button(self.words("major.show_on_map"), self._show)
        self.column.addWidget(self.none)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.ring)
        self.row_of((self.link_button, self.unlink_button, self.show_button, self.draw_button))
        allow(self.link_button, desk, LinkCordon)
        allow(self.unlink_button, desk, UnlinkCordon)
        self.list.pointed.connect(lambda _: self._on_row())
        self.ring.chosen.connect(lambda _: self._show_buttons())

    @property
    def perimeter(self) -> Perimeter | None:
        """Return the perimeter of the row in hand."""
        return self._desk.state.perimeters.get(self.list.current_key)

    def refresh(self) -> None:
        """Show the cordons; those that are of no ring yet stand below."""
        assert self.major is not None
        state, language = self._desk.state, self._desk.language
        rows = []
        linked = set()
        order = {ring: place for place, ring in enumerate(RINGS)}
        for cordon, perimeter in sorted(cordons_now(state, self.major), key=lambda pair: order[pair[0].ring]):
            linked.add(perimeter.id)
            rows.append(
                Row(
                    perimeter.id,
                    label("ring", cordon.ring, language),
                    right=self.when(cordon.linked_at),
                    detail=self._described(perimeter),
                    tone="accent",
                )
            )
        others = [each for each in self._free() if each.id not in linked]
        if others:
            rows.append(Row("others", self.words("major.free_cordons"), is_heading=True))
            rows += [
                Row(each.id, self._described(each), right=self.when(each.drawn_at), is_quiet=True) for each in others
            ]
        self.list.set_rows(rows, take_first=True)
        self.none.setVisible(not rows)
        self._show_buttons()

    def badge(self) -> tuple[str, str]:
        """Return how many cordons stand."""
        count = len(cordons_now(self._desk.state, self.major)) if self.major is not None else 0
        return (str(count) if count else "", "")

    def _free(self) -> Iterator[Perimeter]:
        for _, one in sorted(self._desk.state.perimeters.items(), key=lambda item: str(item[1].drawn_at)):
            if one.kind is PerimeterKind.CORDON and one.incident_id in (self.number, None):
                yield one

    def _described(self, perimeter: Perimeter) -> str:
        words = one_line(perimeter.label, 60) or label("perimeter_kind", perimeter.kind, self._desk.language)
        return f"{words} · {length(perimeter.radius_m)}" if perimeter.radius_m is not None else words

    def _ring_of(self, perimeter_id: str) -> str:
        cordons = self.major.cordons if self.major is not None else ()
        return next((each.ring for each in cordons if each.perimeter_id == perimeter_id), "")

    def _on_row(self) -> None:
        """Offer the ring that a cordon has, else the first that no cordon has yet."""
        perimeter = self.perimeter
        if perimeter is not None and self.major is not None:
            taken = {cordon.ring for cordon, _ in cordons_now(self._desk.state, self.major)}
            free = next((ring for ring in RINGS if ring not in taken), RINGS[0])
            self.ring.choose(self._ring_of(perimeter.id) or free)
        self._show_buttons()

    def _show_buttons(self) -> None:
        perimeter = self.perimeter
        ring = self._ring_of(perimeter.id) if perimeter is not None else ""
        self.ring.setVisible(perimeter is not None)
        self.link_button.setEnabled(perimeter is not None and self.ring.choice not in ("", ring))
        self.unlink_button.setEnabled(bool(ring))
        self.show_button.setEnabled(perimeter is not None)

    def _link(self) -> None:
        if self.perimeter is not None and self.ring.choice:
            self.ask(LinkCordon(self.number, self.perimeter.id, self.ring.choice))

    def _unlink(self) -> None:
        if self.perimeter is not None:
            self.ask(UnlinkCordon(self.number, self.perimeter.id))

    def _show(self) -> None:
        if self.perimeter is not None:
            corners = self.perimeter.coordinates
            self._desk.go_to.emit(*(sum(axis) / len(corners) for axis in zip(*corners, strict=True)))
