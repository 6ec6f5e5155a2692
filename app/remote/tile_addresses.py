"""Make the address of one tile of a map service: XYZ, WMS GetMap, WMTS GetTile."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.remote.addresses import AddressRefused, check_address, with_query
from gis.web_tiles import TILE_PX, WebTile
from maps.user_layers import Remote

LONLAT_WMS = ("EPSG:4326", "CRS:84")
LEAST_LONLAT_ZOOM = 9  # below, a picture in degrees is bent against a web tile by more than a pixel
_PLACE = re.compile(r"\{([^{}]*)\}")


def least_zoom(remote: Remote) -> int:
    """Answer the coarsest zoom at which a service is asked."""
    return LEAST_LONLAT_ZOOM if remote.service == "wms" and remote.tile_matrix_set in LONLAT_WMS else 0


def address_maker(remote: Remote) -> Callable[[WebTile], str]:
    """Answer what makes a tile's address. Raises AddressRefused where a service's settings make no address.

    tile_matrix_set: for WMS the CRS that is asked for, empty for EPSG:3857; for WMTS `SET` or `SET|PATTERN`, the
    pattern being the matrices' names with {z}; for XYZ empty, "GCJ-02" or "BD-09" where the pictures are shifted so.
    """
    url = check_address(remote.url)
    if remote.service == "xyz":
        return _xyz(url)
    if remote.service == "wms":
        return _wms(url, remote)
    return _wmts(url, remote)


def _xyz(url: str) -> Callable[[WebTile], str]:
    names = {found.casefold() for found in _PLACE.findall(url)}
    known = {"z", "x", "y", "-y", "s", "q", "r"}
    if not names <= known or not ("q" in names or ({"z", "x"} <= names and names & {"y", "-y"})):
        raise AddressRefused("remote_address_places")

    def make(tile: WebTile) -> str:
        def fill(found: re.Match[str]) -> str:
            name = found[1].casefold()
            values = {
                "z": str(tile.zoom), "x": str(tile.column), "y": str(tile.row), "-y": str(tile.tms_row),
                "s": "abc"[(tile.column + tile.row) % 3], "q": _quadkey(tile), "r": "",
            }  # fmt: skip
            return values[name]

        return _PLACE.sub(fill, url)

    return make


def _quadkey(tile: WebTile) -> str:
    digits = range(tile.zoom - 1, -1, -1)
    return "".join(str((tile.column >> bit & 1) + 2 * (tile.row >> bit & 1)) for bit in digits)


def _wms(url: str, remote: Remote) -> Callable[[WebTile], str]:
    if not remote.layer:
        raise AddressRefused("remote_no_layer")
    told = re.search(r"[?&]version=(1\.[0-3]\.[0-3])", url, re.IGNORECASE)
    version = told[1] if told else "1.3.0"
    is_new = version >= "1.3"
    crs = remote.tile_matrix_set or "EPSG:3857"
    if crs == "CRS:84" and not is_new:
        crs = "EPSG:4326"
    fixed = {
        "SERVICE": "WMS", "VERSION": version, "REQUEST": "GetMap", "LAYERS": remote.layer, "STYLES": remote.style,
        "FORMAT": remote.image_format, "WIDTH": str(TILE_PX), "HEIGHT": str(TILE_PX), "CRS" if is_new else "SRS": crs,
        "TRANSPARENT": "FALSE" if remote.image_format == "image/jpeg" else "TRUE",
    }  # fmt: skip

    def make(tile: WebTile) -> str:
        if crs in LONLAT_WMS:
            west, south, east, north = tile.lonlat_box()
            # WMS 1.3.0 takes EPSG:4326 as its register says: latitude first. CRS:84 is its longitude-first twin.
            box = (south, west, north, east) if is_new and crs == "EPSG:4326" else (west, south, east, north)
        else:
            box = tile.box()
        return with_query(url, {**fixed, "BBOX": ",".join(f"{each:.9f}" for each in box)})

    return make


def _wmts(url: str, remote: Remote) -> Callable[[WebTile], str]:
    set_name, _, pattern = remote.tile_matrix_set.partition("|")
    pattern = pattern or "{z}"
    names = {found.casefold() for found in _PLACE.findall(url)}
    if names:
        known = {"tilematrix", "tilerow", "tilecol", "tilematrixset", "style", "layer"}
        if not {"tilematrix", "tilerow", "tilecol"} <= names or not names <= known:
            raise AddressRefused("remote_address_places")
    elif not remote.layer or not set_name:
        raise AddressRefused("remote_no_layer")

    def make(tile: WebTile) -> str:
        values = {
            "TILEMATRIX": pattern.replace("{z}", str(tile.zoom)).replace("{zz}", f"{tile.zoom:02}"),
            "TILEROW": str(tile.row), "TILECOL": str(tile.column), "TILEMATRIXSET": set_name,
            "STYLE": remote.style, "LAYER": remote.layer,
        }  # fmt: skip
        if names:
            return _PLACE.sub(lambda found: values[found[1].upper()], url)
        fixed = {"SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "FORMAT": remote.image_format}
        return with_query(url, {**fixed, **values})

    return make
