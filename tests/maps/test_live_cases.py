"""Cases on the map: made once, changed cheaply, gathered from afar, found where they are painted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from dispatch import case_commands as k
from dispatch.case import CasePlace, CaseStage
from maps.case_rows import CaseRows
from maps.case_symbols import CHECKED, IN_HAND, PAUSED, REPORTED, CaseLook
from maps.cluster_symbols import CLUSTER
from maps.live_cases import CaseTable
from maps.overlay import Overlay
from maps.style import NIGHT
from maps.view import View
from tests.dispatch.case_town import ACCEPTOR, PLACE, CaseStory
from tests.dispatch.town import START, crossing


class _Flat:
    """Degrees as metres, a hundred thousand each."""

    def to_metric(self, lon, lat):  # type: ignore[no-untyped-def]
        return np.asarray(lon, float) * 1e5, np.asarray(lat, float) * 1e5


def _look(table: CaseTable, case_id: int) -> CaseLook:
    (row,) = np.flatnonzero(table.ids == case_id)
    return table.looks[table.look_codes[row]]


def test_a_mark_tells_group_stage_lateness_and_danger() -> None:
    story, rows = CaseStory(), CaseRows()
    rubbish, lamp = story.report("rubbish"), story.report("lamp_out")
    cover = story.report("sewer_cover")
    story.walk(CaseStage.HANDLE, lamp)
    story.walk(CaseStage.CHECK, rubbish)
    table = rows.table(story.state, _Flat(), at=START)
    assert _look(table, rubbish) == CaseLook("event", CHECKED)
    assert _look(table, lamp) == CaseLook("component", IN_HAND)
    assert _look(table, cover) == CaseLook("component", REPORTED, is_danger=True)
    assert int(table.ids[-1]) == cover  # the most pressing is painted last
    later = rows.table(story.state, _Flat(), at=START + timedelta(days=9))
    assert later is not table
    assert _look(later, lamp).is_late


def test_an_emergency_is_its_incidents_flag_and_what_is_closed_is_gone() -> None:
    story, rows = CaseStory(), CaseRows()
    gas, rubbish = story.report("gas_smell"), story.report("rubbish")
    assert story.case(gas).stage is CaseStage.EMERGENCY
    assert rows.table(story.state, _Flat(), at=START).ids.tolist() == [rubbish]
    story.walk(CaseStage.EVALUATE, rubbish)
    assert rows.table(story.state, _Flat(), at=START).ids.tolist() == []


def test_the_table_is_the_same_object_while_nothing_differs() -> None:
    story, rows = CaseStory(), CaseRows()
    story.report("rubbish")
    first = rows.table(story.state, _Flat(), at=START)
    assert rows.table(story.state, _Flat(), at=START + timedelta(seconds=1)) is first
    held = rows.table(story.state, _Flat(), selected=1, at=START)
    assert held.selected == 1
    assert held.xy is first.xy
    story.do(k.PauseCase(1, "citizen", "asked back"), who=ACCEPTOR)
    assert _look(rows.table(story.state, _Flat(), at=START + timedelta(days=9)), 1) == CaseLook("event", PAUSED)


def test_a_case_is_found_under_the_cursor_and_gathered_from_afar(qtbot: QtBot) -> None:
    story = CaseStory()
    for east in range(4):
        place = replace(PLACE, location=crossing(0, 0)) if east < 3 else CasePlace(crossing(2, 2))
        story.do(k.ReportCase("hotline", "rubbish", place), who=ACCEPTOR)
    table = CaseRows().table(story.state, _Flat(), selected=0, at=START)
    overlay = Overlay()
    assert overlay.set_marks(cases=(table,))
    assert not overlay.set_marks(cases=(table,))
    alone = table.xy[table.ids == 4][0]
    near = View(*alone.tolist(), 0.3, 400, 300)
    assert overlay.pick(near, 200, 150) == ("case", "4")
    far = View(*table.xy[0].tolist(), 3.0, 400, 300)
    (kind, key), *_ = overlay.pick_all(far, *(float(each) for each in far.to_screen(*_middle(overlay, far))))
    assert kind == CLUSTER
    assert sorted(overlay.members_of(key)) == [1, 2, 3]
    assert overlay.box_of(key) is not None
    assert not any(kind == "case" for kind, _ in overlay.pick_all(far, 200, 150))
    overlay.set_marks(cases=(replace(table, selected=2),))  # what is in hand always stands by itself
    assert ("case", "2") in overlay.pick_all(far, 200, 150)
    assert _painted(overlay, near) > _painted(Overlay(), near)
    overlay.set_shown("cases", False)
    assert overlay.pick(near, 200, 150) is None


def _middle(overlay: Overlay, view: View) -> tuple[float, float]:
    layer = overlay._layers["cases"]
    x, y = layer.clusters(view).middles[0].tolist()  # type: ignore[attr-defined]
    return x, y


def _painted(overlay: Overlay, view: View) -> int:
    image = QImage(400, 300, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    assert overlay.paint(painter, view, NIGHT, 0.0)
    painter.end()
    return int((np.frombuffer(image.constBits(), np.uint32) != 0).sum())
