"""Tiles are fetched from real services on this machine, also from those that misbehave."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from app.remote.download import Download, Trouble
from app.remote.fetcher import MOST_A_HOST, TileFetcher
from gis.web_tiles import WebTile
from tests.app.remote.service import Service, running_service


@pytest.fixture
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


class Heard:
    """What a fetcher told."""

    def __init__(self, fetcher: TileFetcher) -> None:
        self.tiles: dict[WebTile, bytes] = {}
        self.troubles: list[Trouble] = []
        fetcher.fetched.connect(lambda _, tile, data: self.tiles.__setitem__(tile, data))
        fetcher.failed.connect(lambda _, tile, trouble: self.troubles.append(trouble))


@pytest.fixture
def fetcher(qtbot) -> Iterator[TileFetcher]:
    one = TileFetcher(first_wait_s=0.05)
    yield one
    one.close()


def tiles(service: Service, count: int) -> list[tuple[WebTile, str]]:
    return [(WebTile(10, column, 5), f"{service.address}/10/{column}/5.png") for column in range(count)]


def test_tiles_come_a_few_at_a_time_under_the_products_name(qtbot, service: Service, fetcher: TileFetcher) -> None:
    heard = Heard(fetcher)
    service.delay_s = 0.03
    fetcher.want("ortho", tiles(service, 20))
    qtbot.waitUntil(lambda: len(heard.tiles) == 20, timeout=5000)
    assert service.most_together <= MOST_A_HOST
    assert service.agents == {"Opsroom"}
    assert set(heard.tiles.values()) == {service.picture}
    assert not fetcher.is_busy("ortho")


def test_what_left_the_view_is_given_up(qtbot, service: Service, fetcher: TileFetcher) -> None:
    heard = Heard(fetcher)
    service.delay_s = 0.1
    fetcher.want("ortho", tiles(service, 40))
    qtbot.waitUntil(lambda: len(service.asked) >= 3, timeout=5000)
    stays = tiles(service, 40)[-1:]
    fetcher.want("ortho", stays)
    qtbot.waitUntil(lambda: stays[0][0] in heard.tiles, timeout=5000)
    assert len(service.asked) < 12
    assert not fetcher.is_busy("ortho")


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("html", "remote_no_picture"),
        ("loop", "remote_redirect_many"),
        ("file", "remote_address_scheme"),
        ("big", "remote_too_large"),
        ("404", "remote_no_tile"),
        ("403", "remote_denied"),
        ("418", "remote_answer"),
    ],
)
def test_a_bad_answer_is_told_and_not_asked_for_again(
    qtbot, service: Service, fetcher: TileFetcher, behaviour: str, code: str
) -> None:
    heard = Heard(fetcher)
    service.behaviour = behaviour
    fetcher.want("ortho", tiles(service, 1))
    qtbot.waitUntil(lambda: bool(heard.troubles), timeout=5000)
    assert [trouble.code for trouble in heard.troubles] == [code]
    assert len(service.asked) <= 4
    count = len(service.asked)
    fetcher.want("ortho", tiles(service, 1))
    qtbot.wait(50)
    assert len(service.asked) == count
    assert not heard.tiles


@pytest.mark.parametrize("behaviour", ["429", "500", "503", "cut"])
def test_a_busy_host_is_asked_again_later_by_one_question(
    qtbot, service: Service, fetcher: TileFetcher, behaviour: str
) -> None:
    heard = Heard(fetcher)
    service.behaviour = behaviour
    fetcher.want("ortho", tiles(service, 10))
    qtbot.waitUntil(lambda: len(heard.troubles) >= MOST_A_HOST + 1, timeout=5000)
    assert len(service.asked) <= 2 * MOST_A_HOST + 2
    service.behaviour = "good"
    qtbot.waitUntil(lambda: len(heard.tiles) == 10, timeout=5000)


def test_a_host_that_says_how_long_to_wait_is_left_alone_so_long(qtbot, service: Service, fetcher: TileFetcher) -> None:
    heard = Heard(fetcher)
    service.behaviour, service.retry_after = "429", "1"
    fetcher.want("ortho", tiles(service, 1))
    qtbot.waitUntil(lambda: bool(heard.troubles), timeout=5000)
    since = time.monotonic()
    service.behaviour = "good"
    qtbot.waitUntil(lambda: bool(heard.tiles), timeout=5000)
    assert time.monotonic() - since > 0.8


def test_a_redirect_within_the_service_is_followed(qtbot, service: Service, fetcher: TileFetcher) -> None:
    heard = Heard(fetcher)
    service.behaviour = "once"
    fetcher.want("ortho", tiles(service, 1))
    qtbot.waitUntil(lambda: len(heard.tiles) == 1, timeout=5000)


def test_a_service_that_is_not_there_is_away(qtbot, service: Service, fetcher: TileFetcher) -> None:
    heard = Heard(fetcher)
    fetcher.want("ortho", [(WebTile(1, 0, 0), "http://127.0.0.1:9/1/0/0.png")])
    qtbot.waitUntil(lambda: bool(heard.troubles), timeout=5000)
    assert heard.troubles[0].is_away


def test_a_service_that_never_answers_is_given_up(qtbot, service: Service, fetcher: TileFetcher) -> None:
    service.delay_s = 3.0
    told: list[Trouble] = []
    download = Download(fetcher.network, service.address + "/x", most_bytes=1000, timeout_ms=150)
    download.failed.connect(told.append)
    download.start()
    qtbot.waitUntil(lambda: bool(told), timeout=2000)
    assert told[0].code == "remote_slow"
    service.delay_s = 0.0


def test_nothing_is_told_after_a_download_was_cancelled(qtbot, service: Service, fetcher: TileFetcher) -> None:
    told: list[object] = []
    download = Download(fetcher.network, service.address + "/x", most_bytes=100_000)
    download.failed.connect(told.append)
    download.done.connect(told.append)
    download.start()
    download.cancel()
    qtbot.wait(80)
    assert not told
