"""What a click on one of the two maps does to its plan: posts are chosen, added, closed, moved, roads closed."""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu

from app.canvas.tools import Drawing, Tool
from app.desk import Desk
from app.siting import drafting
from app.siting.drafts import Drafts
from app.siting.plan_map import PlanMap
from app.wording import label, one_line, text
from dispatch.incident import Closure
from dispatch.siting.plan import Post, usual_turnout_s
from maps.live_plans import POST_KIND
from maps.view import View

CHOOSE, ADD, CLOSE, MOVE, BREAK, BREAK_LINE, AREA = "choose", "add", "close", "move", "break", "break_line", "area"
MODES = (CHOOSE, ADD, CLOSE, MOVE, BREAK, BREAK_LINE, AREA)
_TOOLS = {ADD: Tool.PLACE, BREAK: Tool.PLACE, BREAK_LINE: Tool.LINE, AREA: Tool.PERIMETER}


class Hands(QObject):
    """Turn clicks into changes of the plan whose map was clicked; both maps look at the same ground.

    `mode_changed` tells what a click does now, `area_drawn` gives a perimeter's Drawing, `said` (level, words).
    """

    mode_changed = Signal(str)
    area_drawn = Signal(object)
    said = Signal(str, str)

    def __init__(self, desk: Desk, drafts: Drafts, maps: dict[str, PlanMap], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._drafts, self._maps = desk, drafts, maps
        self.mode = CHOOSE
        self.moving = ""  # the post that is to stand elsewhere
        self.units_each = 1  # of a new post
        self._follows = True
        for which, shown in maps.items():
            canvas = shown.canvas
            canvas.perimeter_kind = "cordon"
            canvas.picked.connect(partial(self._on_picked, which))
            canvas.placed.connect(partial(self._on_placed, which))
            canvas.drawn.connect(partial(self._on_drawn, which))
            canvas.finished.connect(self._on_finished)
            canvas.menu_wanted.connect(partial(self._on_menu, which))
            canvas.tool_changed.connect(self._on_tool)
            canvas.view_changed.connect(partial(self._on_view, which))
            canvas.set_description(partial(self._describe, which), POST_KIND)
            canvas.installEventFilter(self)

    def set_mode(self, mode: str) -> None:
        """Let clicks do something else; whatever was begun is given up."""
        self.mode, self.moving = mode, ""
        self._set_tools(_TOOLS.get(mode, Tool.PAN))
        self.mode_changed.emit(mode)

    def hint(self) -> str:
        """Say what a click does now."""
        language = self._desk.language
        if self.moving:
            return text("siting.hint_move_to", language, post=self._name(self._drafts.hand, self.moving))
        return label("siting_hint", self.mode, language)

    def add(self, which: str, lon: float, lat: float) -> None:
        """Open a post with `units_each` at a place."""
        drafts, language = self._drafts, self._desk.language
        if not self._is_inside(which, lon, lat):
            return
        changes = drafts.changes(which)
        post_id, number = drafting.free_id(drafts.base, changes, drafting.NEW)
        name = text("siting.new_post", language, number=number)
        post = Post(post_id, name, lon, lat, self.units_each, usual_turnout_s(drafts.base))
        drafts.put(which, replace(changes, opened=(*changes.opened, post)))

    def close(self, which: str, post_id: str) -> None:
        """Close a post, or open it again."""
        drafts = self._drafts
        changes = drafts.changes(which)
        if post_id not in drafts.posts(which):
            return
        again = drafting.reopen(changes, post_id)
        drafts.put(which, again if again is not None else drafting.close(drafts.base, changes, [post_id]))

    def staff(self, which: str, post_id: str, more: int) -> None:
        """Let a post have so many units more, or fewer."""
        drafts = self._drafts
        own = next((post.units for post in drafts.staffed(which) if post.id == post_id), None)
        if own is not None:
            drafts.put(which, drafting.staff(drafts.base, drafts.changes(which), post_id, own + more))

    def begin_move(self, which: str, post_id: str) -> None:
        """Take the post that is to stand elsewhere."""
        if all(post.id != post_id for post in self._drafts.plan(which).posts):
            return
        self._drafts.take(which)
        self.mode, self.moving = MOVE, post_id
        self._set_tools(Tool.PLACE)
        self.mode_changed.emit(MOVE)

    def break_road(self, which: str, kind: str, corners: tuple[tuple[float, float], ...]) -> None:
        """Close the road at a point, along a line, or in an area."""
        changes = self._drafts.changes(which)
        closure = Closure(f"plan-{uuid.uuid4().hex[:8]}", kind, corners)
        self._drafts.put(which, replace(changes, broken=(*changes.broken, closure)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give a tool up that the map itself knows nothing of, before Esc closes the page."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_esc = event.key() == Qt.Key.Key_Escape
            if is_esc and self.mode != CHOOSE and getattr(watched, "tool", None) is Tool.PAN:
                self.set_mode(CHOOSE)
                return True
        return False

    def _on_picked(self, which: str, kind: str, post_id: str) -> None:
        if kind != POST_KIND:
            return
        if self.mode == CLOSE:
            self.close(which, post_id)
            self.set_mode(CHOOSE)
        elif self.mode == MOVE:
            self.begin_move(which, post_id)
        elif self.mode == CHOOSE:
            self._drafts.take(which)
            self._drafts.choose(post_id)

    def _on_placed(self, which: str, lon: float, lat: float) -> None:
        mode, moving = self.mode, self.moving
        self.set_mode(CHOOSE)
        if mode == ADD:
            self.add(which, lon, lat)
        elif mode == BREAK:
            self.break_road(which, "Point", ((lon, lat),))
        elif mode == MOVE and moving:
            self._move(which, moving, lon, lat)

    def _move(self, which: str, post_id: str, lon: float, lat: float) -> None:
        drafts, canvas = self._drafts, self._maps[which].canvas
        changes = drafts.changes(which)
        at = canvas.on_screen(*canvas.ground_of((lon, lat)))
        found = canvas.overlay.pick(canvas.view, at.x(), at.y())
        standing = {post.id for post in drafts.plan(which).posts}
        if post_id not in standing:
            return
        if found is not None and found[0] == POST_KIND and found[1] in standing - {post_id}:
            drafts.put(which, drafting.join(changes, post_id, found[1]))
        elif self._is_inside(which, lon, lat):
            drafts.put(which, drafting.move(changes, post_id, lon, lat))

    def _on_drawn(self, which: str, kind: str, corners: list[tuple[float, float]]) -> None:
        if self.mode == BREAK_LINE:
            self.set_mode(CHOOSE)
            self.break_road(which, kind, tuple((float(lon), float(lat)) for lon, lat in corners))

    def _on_finished(self, drawing: Drawing) -> None:
        if drawing.tool is Tool.PERIMETER:
            self.set_mode(CHOOSE)
            self.area_drawn.emit(drawing)

    def _on_tool(self, tool: str) -> None:
        """Notice a tool that was given up: what it answers comes right after it was put away."""
        if tool == Tool.PAN.value and (self.mode in _TOOLS or self.moving):
            QTimer.singleShot(0, self, self._give_up)

    def _give_up(self) -> None:
        tools = {shown.canvas.tool for shown in self._maps.values()}
        if (self.mode in _TOOLS or self.moving) and Tool.PAN in tools:
            self.set_mode(CHOOSE)

    def _set_tools(self, tool: Tool) -> None:
        for shown in self._maps.values():
            if shown.canvas.tool is not tool:
                shown.canvas.blockSignals(True)
                shown.canvas.set_tool(tool)
                shown.canvas.blockSignals(False)

    def _on_menu(self, which: str, at: QPoint, lon: float, lat: float) -> None:
        language, canvas = self._desk.language, self._maps[which].canvas
        menu = QMenu(canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        found = canvas.overlay.pick(canvas.view, QPointF(at).x(), QPointF(at).y())
        if found is not None and found[0] == POST_KIND:
            post_id, name = found[1], self._name(which, found[1])
            is_open = any(post.id == post_id for post in self._drafts.plan(which).posts)
            key = "siting.menu_close" if is_open else "siting.menu_reopen"
            self._line(menu, text(key, language, post=name), partial(self.close, which, post_id))
            if is_open:
                self._line(
                    menu, text("siting.menu_move", language, post=name), partial(self.begin_move, which, post_id)
                )
                for more, key in ((1, "siting.menu_more"), (-1, "siting.menu_fewer")):
                    self._line(menu, text(key, language, post=name), partial(self.staff, which, post_id, more))
            self._line(
                menu, text("siting.menu_choose", language, post=name), partial(self._drafts.choose, post_id)
            )  # fmt: skip
            menu.addSeparator()
        self._line(menu, text("siting.menu_add", language), partial(self.add, which, lon, lat))
        self._line(
            menu, text("siting.menu_break", language), partial(self.break_road, which, "Point", ((lon, lat),))
        )  # fmt: skip
        menu.popup(canvas.mapToGlobal(at))

    @staticmethod
    def _line(menu: QMenu, words: str, do: object) -> None:
        menu.addAction(words.replace("&", "&&")).triggered.connect(lambda checked=False: do())  # type: ignore[operator]

    def _on_view(self, which: str, view: View) -> None:
        """Let the other map look at the same ground."""
        if self._follows:
            self._follows = False
            for other, shown in self._maps.items():
                if other != which:
                    shown.canvas.set_view(view)
            self._follows = True

    def _describe(self, which: str, kind: str, post_id: str) -> str:
        post, language = self._drafts.posts(which).get(post_id), self._desk.language
        if post is None:
            return ""
        standing, changes = {each.id for each in self._drafts.plan(which).posts}, self._drafts.changes(which)
        key = "siting.post_card"
        if post_id not in standing:
            key = "siting.post_closed"
        elif any(each.id == post_id for each in changes.opened):
            key = "siting.post_new"
        elif any(each[0] == post_id for each in changes.moved):
            key = "siting.post_moved"
        return text(key, language, name=one_line(post.name, 60), units=post.units, turnout_s=post.turnout_s)

    def _name(self, which: str, post_id: str) -> str:
        post = self._drafts.posts(which).get(post_id)
        return one_line(post.name, 40) if post is not None else one_line(post_id, 40)

    def _is_inside(self, which: str, lon: float, lat: float) -> bool:
        canvas = self._maps[which].canvas
        west, south, east, north = canvas.city_box()
        x, y = canvas.ground_of((lon, lat))
        is_inside = west <= x <= east and south <= y <= north
        if not is_inside:
            self.said.emit("warning", text("siting.outside", self._desk.language))
        return is_inside
