from __future__ import annotations

import gc

import pytest

from dispatch.uncollected import leave_out_of_collections, uncollected


def test_nothing_is_collected_meanwhile_and_all_is_as_before_afterwards() -> None:
    assert gc.isenabled()
    with pytest.raises(KeyError), uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert not gc.isenabled(), "the inner one does not end the outer one"
        raise KeyError
    assert gc.isenabled()


def test_only_a_long_log_is_left_out() -> None:
    before = gc.get_freeze_count()
    leave_out_of_collections(10)
    assert gc.get_freeze_count() == before
    try:
        leave_out_of_collections(20_000)
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
