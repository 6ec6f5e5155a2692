"""Addresses of services: which are used, how they are shown, and where a tile's leads."""

from __future__ import annotations

import pytest

from app.remote.addresses import AddressRefused, check_address, redirect_refusal, shown_address, with_query
from app.remote.tile_addresses import address_maker, least_zoom
from app.wording import english
from gis.web_tiles import HALF_M, WebTile
from maps.user_layers import Remote
from tests.app.remote.service import query_of

TILE = WebTile(14, 9327, 4743)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("file:///etc/passwd", "remote_address_scheme"),
        ("ftp://tiles.example/{z}", "remote_address_scheme"),
        ("javascript:alert(1)", "remote_address_scheme"),
        ("https://me:secret@tiles.example/{z}/{x}/{y}.png", "remote_address_password"),
        ("https:///x", "remote_address_broken"),
        ("https://tiles.example:99999/x", "remote_address_broken"),
        ("https://tiles.example/\u202egnp", "remote_address_broken"),
        ("https://tiles.example/a b", "remote_address_broken"),
        ("", "remote_address_broken"),
    ],
)
def test_an_address_that_is_not_used_is_refused_by_its_code(address: str, code: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        check_address(address)
    assert refused.value.code == code
    assert code in english.SENTENCES


def test_keys_and_passwords_are_not_shown() -> None:
    shown = shown_address("https://me:secret@t.example/wms?LAYERS=a&api_key=abc123&Token=xyz")
    assert shown == "https://t.example/wms?LAYERS=a&api_key=***&Token=***"


@pytest.mark.parametrize(
    ("here", "there", "code"),
    [
        ("https://a.example/x", "https://b.example/y", ""),
        ("http://a.example/x", "https://a.example/x", ""),
        ("https://a.example/x", "http://a.example/x", "remote_redirect_down"),
        ("https://a.example/x", "https://127.0.0.1/x", "remote_redirect_inward"),
        ("http://a.example/x", "http://192.168.1.4/x", "remote_redirect_inward"),
        ("http://a.example/x", "http://[::1]/x", "remote_redirect_inward"),
        ("http://a.example/x", "http://localhost:5432/x", "remote_redirect_inward"),
        ("http://a.example/x", "http://2130706433/x", "remote_redirect_inward"),
        ("http://a.example/x", "http://intranet/x", "remote_redirect_inward"),
        ("http://10.0.0.4/x", "http://10.0.0.5/x", ""),
        ("http://a.example/x", "file:///x", "remote_address_scheme"),
    ],
)
def test_redirections_lead_neither_down_nor_inwards(here: str, there: str, code: str) -> None:
    assert redirect_refusal(here, there) == code


def test_values_in_an_address_are_replaced_whatever_their_case() -> None:
    assert with_query("http://a.example/w?map=/m&layers=x", {"LAYERS": "y"}) == "http://a.example/w?map=/m&LAYERS=y"


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://t.example/{z}/{x}/{y}.png", "https://t.example/14/9327/4743.png"),
        ("https://t.example/{z}/{x}/{-y}.png", "https://t.example/14/9327/11640.png"),
        ("https://{s}.t.example/{z}/{x}/{y}", "https://a.t.example/14/9327/4743"),
    ],
)
def test_the_places_of_an_xyz_address_are_filled(template: str, address: str) -> None:
    assert address_maker(Remote("xyz", template))(TILE) == address


def test_a_quadkey_holds_column_and_row_bit_by_bit() -> None:
    digits = address_maker(Remote("xyz", "https://t.example/{q}"))(TILE).rpartition("/")[2]
    assert len(digits) == TILE.zoom
    assert int("".join(str(int(digit) & 1) for digit in digits), 2) == TILE.column
    assert int("".join(str(int(digit) >> 1) for digit in digits), 2) == TILE.row


@pytest.mark.parametrize("template", ["https://t.example/{z}/{x}.png", "https://t.example/{z}/{x}/{y}/{evil}"])
def test_an_xyz_address_without_its_places_is_refused(template: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        address_maker(Remote("xyz", template))
    assert refused.value.code == "remote_address_places"


def test_a_wms_is_asked_in_its_versions_axis_order() -> None:
    def box(url: str, crs: str) -> tuple[dict[str, str], list[float]]:
        query = query_of(address_maker(Remote("wms", url, "ortho", tile_matrix_set=crs))(TILE))
        return query, [float(each) for each in query["BBOX"].split(",")]

    query, web = box("http://w.example/wms?map=x", "")
    assert (query["CRS"], query["VERSION"], query["MAP"]) == ("EPSG:3857", "1.3.0", "x")
    assert web == pytest.approx(TILE.box())
    west, south, east, north = TILE.lonlat_box()
    assert 24.9 < west < 25.1
    assert 60.1 < south < 60.3
    assert box("http://w.example/wms", "EPSG:4326")[1] == pytest.approx([south, west, north, east])
    assert box("http://w.example/wms", "CRS:84")[1] == pytest.approx([west, south, east, north])
    old, degrees = box("http://w.example/wms?VERSION=1.1.1", "EPSG:4326")
    assert degrees == pytest.approx([west, south, east, north])
    assert old["SRS"] == "EPSG:4326"
    assert "CRS" not in old
    assert least_zoom(Remote("wms", "", "a", tile_matrix_set="EPSG:4326")) == 9


def test_a_wmts_is_asked_by_template_or_by_names() -> None:
    template = "https://w.example/{Layer}/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"
    remote = Remote("wmts", template, "ortho", "day", tile_matrix_set="web|EPSG:3857:{z}")
    assert address_maker(remote)(TILE) == "https://w.example/ortho/day/web/EPSG:3857:14/4743/9327.png"
    by_name = Remote("wmts", "https://w.example/wmts?key=1", "ortho", tile_matrix_set="web|{zz}")
    query = query_of(address_maker(by_name)(WebTile(7, 3, 2)))
    assert (query["TILEMATRIX"], query["TILEROW"], query["TILECOL"], query["KEY"]) == ("07", "2", "3", "1")


def test_the_first_tile_is_the_world() -> None:
    assert WebTile(0, 0, 0).box() == (-HALF_M, -HALF_M, HALF_M, HALF_M)
