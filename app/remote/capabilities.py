"""Read what a map service says it offers, from bytes that were fetched already; nothing here asks the network."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.remote.addresses import AddressRefused, check_address, redirect_refusal, with_query
from maps.user_layers import Remote

MOST_BYTES = 16 << 20
MOST_LAYERS = 5_000
MOST_TEXT = 300
FORMATS = ("image/png", "image/jpeg", "image/webp", "image/png8", "image/png; mode=8bit", "image/vnd.jpeg-png")
WEB_CODES = ("EPSG:3857", "EPSG:900913", "EPSG:102100", "EPSG:102113", "EPSG:3785")
GLOBE_DENOMINATOR = 559082264.0287178  # scale of zoom 0 at 0.28 mm a pixel (OGC 07-057r7, annex E.4)
HALF_M = 20037508.342789244


class CapabilitiesRefused(ValueError):
    """A service's answer is not read. code: a sentence of app.wording; parameters for it."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Offer:
    """One layer of a service. bounds: degrees, west, south, east, north, None where it does not say.

    refusal: the code of why the layer cannot be shown, empty where it can be; remote: how it is asked for.
    """

    name: str
    title: str
    styles: tuple[tuple[str, str], ...]
    formats: tuple[str, ...]
    bounds: tuple[float, float, float, float] | None
    attribution: str
    remote: Remote | None
    refusal: str = ""


def capabilities_address(service: str, address: str) -> str:
    """Answer where a service ("wms", "wmts") says what it offers. Raises AddressRefused."""
    url = check_address(address)
    if service == "wmts" and re.search(r"\.xml($|\?)", url):
        return url
    values = {"SERVICE": service.upper(), "REQUEST": "GetCapabilities"}
    if service == "wms" and not re.search(r"[?&]version=", url, re.IGNORECASE):
        values["VERSION"] = "1.3.0"
    return with_query(url, values)


def list_layers(service: str, data: bytes, address: str) -> tuple[Offer, ...]:
    """List the layers of a WMS or WMTS from its capabilities. address: of the service, as the user gave it.

    Raises CapabilitiesRefused for bytes that are no capabilities, are refused, or are an error of the service.
    """
    plain = checked_xml(data)
    try:
        if service == "wmts":
            return _wmts(plain, address)
        return _wms(plain, address)
    except CapabilitiesRefused:
        raise
    except AddressRefused as refused:
        raise CapabilitiesRefused(refused.code, **refused.parameters) from refused
    except Exception as error:  # the reader meets whatever a server wrote
        raise CapabilitiesRefused("remote_capabilities", reason=_text(f"{type(error).__name__}: {error}")) from error


def checked_xml(data: bytes) -> bytes:
    """Answer XML without its document type; refuse entities, what is no XML, and what is too large.

    WMS 1.1.1 answers carry a document type by its standard: one that only declares elements is taken out.
    """
    if len(data) > MOST_BYTES:
        raise CapabilitiesRefused("remote_too_large", most=f"{MOST_BYTES >> 20} MB")
    if b"\0" in data[:4096]:  # UTF-16 and 32 hide what is looked for
        raise CapabilitiesRefused("remote_capabilities", reason="not UTF-8")
    if b"<!ENTITY" in data.upper():
        raise CapabilitiesRefused("remote_xml_entities")
    found = re.search(rb"<!DOCTYPE[^>\[]{0,2000}(\[[^\]]{0,20000}\][^>]{0,100})?>", data[:65536], re.IGNORECASE)
    if found is not None:
        data = data[: found.start()] + data[found.end() :]
    if b"<!DOCTYPE" in data.upper():
        raise CapabilitiesRefused("remote_xml_entities")
    head = data[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if not head.startswith(b"<") or b"<html" in head:
        raise CapabilitiesRefused("remote_not_xml")
    return data


def _wms(data: bytes, address: str) -> tuple[Offer, ...]:
    from owslib.etree import etree
    from owslib.map.wms111 import WebMapService_1_1_1
    from owslib.map.wms130 import WebMapService_1_3_0

    root = etree.fromstring(data)
    if str(root.tag).endswith(("ServiceExceptionReport", "ExceptionReport")):
        raise CapabilitiesRefused("remote_service_error", reason=_text(" ".join(root.itertext())))
    version = root.attrib.get("version", "")
    old = version < "1.3"
    if old and not str(root.tag).startswith("WMT_MS"):
        raise CapabilitiesRefused("remote_not_xml")
    reader = (WebMapService_1_1_1 if old else WebMapService_1_3_0)("", xml=data)
    url = with_query(_without(address, ("request", "service", "version")), {"VERSION": "1.1.1" if old else "1.3.0"})
    offered = [one for one in reader.getOperationByName("GetMap").formatOptions if one] or list(FORMATS[:1])
    offers = []
    for layer in list(_every(reader.contents.values()))[:MOST_LAYERS]:
        formats = _formats(offered)
        codes = {str(code).upper(): str(code) for code in layer.crsOptions}
        crs = next((code for code in WEB_CODES if code in codes), "")
        if not crs:
            crs = next((code for code in ("CRS:84", "EPSG:4326") if code in codes), "")
        refusal = "" if crs else "remote_crs"
        refusal = refusal or ("" if formats else "remote_formats")
        styles = tuple((str(name), _text(style.get("title") or name)) for name, style in layer.styles.items())
        remote = Remote(
            "wms", url, str(layer.name), styles[0][0] if styles else "", formats[0] if formats else "",
            22, "" if crs == "EPSG:3857" else crs,
        )  # fmt: skip
        told = getattr(layer, "attribution", None)
        offers.append(_offer(layer, styles, formats, told, None if refusal else remote, refusal))
    return tuple(offers)


def _wmts(data: bytes, address: str) -> tuple[Offer, ...]:
    from owslib.etree import etree
    from owslib.wmts import WebMapTileService

    root = etree.fromstring(data)
    if str(root.tag).endswith("ExceptionReport"):
        raise CapabilitiesRefused("remote_service_error", reason=_text(" ".join(root.itertext())))
    if not str(root.tag).endswith("}Capabilities"):
        raise CapabilitiesRefused("remote_not_xml")
    reader = WebMapTileService(address, xml=data)
    offers = []
    sets = {name: found for name, one in reader.tilematrixsets.items() if (found := _web_set(one)) is not None}
    for layer in list(reader.contents.values())[:MOST_LAYERS]:
        formats = _formats(layer.formats)
        styles = tuple((str(name), _text(style.get("title") or name)) for name, style in layer.styles.items())
        first = next((name for name, style in layer.styles.items() if style.get("isDefault")), None)
        styles = tuple(sorted(styles, key=lambda style: style[0] != first))
        matrices = next((name for name in layer.tilematrixsetlinks if name in sets), "")
        refusal = "" if matrices else "remote_matrix_set"
        refusal = refusal or ("" if formats else "remote_formats")
        remote = None
        if not refusal:
            pattern, finest = sets[matrices]
            templates = [
                one["template"] for one in layer.resourceURLs
                if one.get("resourceType") == "tile" and one.get("format") == formats[0]
            ]  # fmt: skip
            url, refusal = _tile_url(templates, layer, address)
            if not refusal:
                remote = Remote(
                    "wmts", url, str(layer.name), styles[0][0] if styles else "", formats[0], finest,
                    f"{matrices}|{pattern}",
                )  # fmt: skip
        offers.append(_offer(layer, styles, formats, None, remote, refusal))
    return tuple(offers)


def _tile_url(templates: list[str], layer: Any, address: str) -> tuple[str, str]:
    """Choose a tile's address: the service's template, dimensions at their default, else the service itself."""
    if not templates:
        return _without(address, ("request", "service", "version")), ""
    url = templates[0]
    for name, dimension in layer.dimensions.items():
        default = dimension.get("default_value")
        default = getattr(default, "text", default) or (dimension.get("values") or [""])[-1]
        url = re.sub(r"\{" + re.escape(str(name)) + r"\}", lambda _, text=str(default): text, url, flags=re.IGNORECASE)
    try:
        plain = check_address(url)
    except AddressRefused as refused:
        return "", refused.code
    # Old services write http for their tiles, which is let through; into the inner network none may point.
    refusal = redirect_refusal(address, plain)
    return ("", refusal) if refusal == "remote_redirect_inward" else (plain, "")


def _web_set(matrices: Any) -> tuple[str, int] | None:
    """Answer the pattern of the names and the finest zoom of a set that is the web's grid; None for any other."""
    crs = re.findall(r"(\d+)$", matrices.crs or "")
    if not crs or f"EPSG:{crs[0]}" not in WEB_CODES:
        return None
    zooms: dict[int, str] = {}
    for name, one in matrices.tilematrix.items():
        zoom = math.log2(GLOBE_DENOMINATOR / one.scaledenominator) if one.scaledenominator > 0 else -1.0
        corner = [abs(abs(float(each)) - HALF_M) < 10 for each in one.topleftcorner]
        if abs(zoom - round(zoom)) < 0.01 and all(corner) and (one.tilewidth, one.tileheight) == (256, 256):
            zooms[round(zoom)] = str(name)
    if not zooms:
        return None
    for places, width in (("{z}", 1), ("{zz}", 2)):
        patterns = {
            name[: len(name) - len(ending)] + places if name.endswith(ending) else ""
            for name, ending in ((name, f"{zoom:0{width}}") for zoom, name in zooms.items())
        }
        if len(patterns) == 1 and "" not in patterns:
            return patterns.pop(), min(max(zooms), 24)
    return None


def _offer(
    layer: Any, styles: tuple[tuple[str, str], ...], formats: list[str], told: Any, remote: Remote | None, refusal: str
) -> Offer:
    bounds = getattr(layer, "boundingBoxWGS84", None)
    if bounds is not None and not all(math.isfinite(each) for each in bounds):
        bounds = None
    attribution = _text((told or {}).get("title") or "")
    title = _text(layer.title or layer.name)
    return Offer(str(layer.name), title, styles, tuple(formats), bounds, attribution, remote, refusal)


def _formats(offered: Iterable[str]) -> list[str]:
    there = {str(one).strip().casefold(): str(one).strip() for one in offered}
    return [there[one] for one in FORMATS if one in there]


def _every(layers: Iterable[Any]) -> Iterable[Any]:
    """Give the layers that have a name, each once."""
    seen: set[str] = set()
    for layer in layers:
        if layer.name and layer.name not in seen:
            seen.add(layer.name)
            yield layer


def _without(address: str, names: tuple[str, ...]) -> str:
    """Take values out of an address' query."""
    url = check_address(address)
    head, mark, query = url.partition("?")
    kept = [pair for pair in query.split("&") if pair and pair.partition("=")[0].casefold() not in names]
    return head + (mark + "&".join(kept) if kept else "")


def _text(value: object) -> str:
    clean = " ".join(str(value).encode("utf-8", "replace").decode("utf-8").split())[:MOST_TEXT]
    return "".join(sign if sign.isprintable() else " " for sign in clean)
