"""Trips are cut where they say nothing of roads: standing, jumping, not recorded."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from gis.drives import APART_M, Drive, drives_of


def straight(seconds: int, *, mps: float = 10.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    at_s = np.arange(0.0, seconds, 5.0)
    return at_s, np.column_stack([at_s * mps, np.zeros(len(at_s))])


def cut(at_s: NDArray[np.float64], xy: NDArray[np.float64]) -> tuple[list[Drive], dict[str, int]]:
    dropped: Counter[str] = Counter()
    drives = drives_of(at_s, xy, dropped)
    return drives, {reason: count for reason, count in dropped.items() if count}


def test_a_plain_drive_stays_whole_with_fixes_apart() -> None:
    at_s, xy = straight(300, mps=4.0)
    [drive], dropped = cut(at_s, xy)
    apart = np.hypot(*np.diff(drive.xy, axis=0).T)
    assert not dropped and (apart[1:] >= APART_M).all()
    assert drive.at_s[-1] - drive.at_s[0] == pytest.approx((drive.xy[-1, 0] - drive.xy[0, 0]) / 4.0)


def test_a_stop_cuts_and_a_red_light_does_not() -> None:
    for pause_s, count in ((60.0, 1), (400.0, 2)):
        at_s, xy = straight(400)
        stood = np.arange(0.0, pause_s, 5.0)
        at_s = np.concatenate([at_s[:40], at_s[40] + stood, at_s[40:] + pause_s])
        xy = np.concatenate([xy[:40], np.repeat(xy[40:41], len(stood), axis=0), xy[40:]])
        rng = np.random.default_rng(1)
        drives, dropped = cut(at_s, xy + rng.normal(0, 4, xy.shape))
        assert len(drives) == count and dropped.get("stop", 0) == count - 1
        moving_s = sum(drive.at_s[-1] - drive.at_s[0] for drive in drives)
        assert moving_s == pytest.approx(400 + (pause_s if count == 1 else 0), abs=45)


def test_standing_at_the_station_before_and_at_the_scene_after_is_no_drive() -> None:
    at_s, xy = straight(300)
    before = np.arange(0.0, 100.0, 5.0)
    at_s = np.concatenate([before, at_s + 100.0, 400.0 + before])
    xy = np.concatenate([np.repeat(xy[:1], len(before), axis=0), xy, np.repeat(xy[-1:], len(before), axis=0)])
    [drive], _ = cut(at_s, xy)
    assert drive.at_s[0] >= 95.0 and drive.at_s[-1] <= 400.0


def test_a_jump_is_left_out_and_the_drive_goes_on() -> None:
    at_s, xy = straight(300)
    xy[20] += 3000.0
    [drive], dropped = cut(at_s, xy)
    assert dropped == {"jump": 1} and np.abs(drive.xy[:, 1]).max() == 0


def test_after_a_first_fix_that_was_wrong_the_drive_is_found() -> None:
    at_s, xy = straight(300)
    xy[0] += 50_000.0
    [drive], dropped = cut(at_s, xy)
    assert len(drive.at_s) > 50 and dropped["jump"] <= 5


def test_a_gap_cuts_and_too_few_fixes_are_no_drive() -> None:
    at_s, xy = straight(300)
    at_s[30:] += 500.0
    drives, dropped = cut(at_s, xy)
    assert len(drives) == 2 and dropped == {"gap": 1}
    drives, dropped = cut(at_s[:2], xy[:2])
    assert not drives and dropped == {"short": 1}
    drives, dropped = cut(at_s[:40], np.zeros((40, 2)))
    assert not drives
    assert cut(at_s[:0], xy[:0])[0] == []


def test_what_is_no_place_is_left_out() -> None:
    at_s, xy = straight(300)
    xy[5] = np.inf
    xy[9] = np.nan
    [drive], dropped = cut(at_s, xy)
    assert dropped == {"no_place": 2} and np.isfinite(drive.xy).all()
