"""What services say of themselves is read from bytes, and what is hostile in it is refused."""

from __future__ import annotations

import pytest

from app.remote.addresses import AddressRefused
from app.remote.capabilities import CapabilitiesRefused, Offer, capabilities_address, checked_xml, list_layers
from app.remote.tile_addresses import address_maker
from app.wording import english
from gis.web_tiles import WebTile
from tests.app.remote.service import query_of

ADDRESS = "https://w.example/ows?map=city&SERVICE=WMS&request=GetCapabilities"

WMS_NEW = """<?xml version="1.0" encoding="UTF-8"?>
<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms" xmlns:xlink="http://www.w3.org/1999/xlink">
 <Service><Name>WMS</Name><Title>City</Title><OnlineResource xlink:href="http://inner.host/"/></Service>
 <Capability>
  <Request><GetCapabilities><Format>text/xml</Format></GetCapabilities>
   <GetMap><Format>image/jpeg</Format><Format>image/png</Format><Format>application/pdf</Format>
    <DCPType><HTTP><Get><OnlineResource xlink:href="http://inner.host/wms?"/></Get></HTTP></DCPType></GetMap></Request>
  <Exception><Format>XML</Format></Exception>
  <Layer><Title>All</Title><CRS>EPSG:4326</CRS>
   <EX_GeographicBoundingBox><westBoundLongitude>24.5</westBoundLongitude><eastBoundLongitude>25.5</eastBoundLongitude>
    <southBoundLatitude>60.0</southBoundLatitude><northBoundLatitude>60.5</northBoundLatitude></EX_GeographicBoundingBox>
   <Layer><Name>ortho</Name><Title>Ortho &lt;img src=x onerror=alert(1)&gt;</Title><CRS>EPSG:3857</CRS>
    <Attribution><Title>© the city</Title></Attribution>
    <Style><Name>day</Name><Title>By day</Title></Style><Style><Name>infra</Name><Title>Infrared</Title></Style></Layer>
   <Layer><Name>degrees</Name><Title>Only degrees</Title></Layer>
  </Layer>
 </Capability>
</WMS_Capabilities>""".encode()

WMS_OLD = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE WMT_MS_Capabilities SYSTEM "http://schemas.opengis.net/wms/1.1.1/WMS_MS_Capabilities.dtd"
 [ <!ELEMENT VendorSpecificCapabilities EMPTY> ]>
<WMT_MS_Capabilities version="1.1.1">
 <Service><Name>OGC:WMS</Name><Title>Old</Title>
  <OnlineResource xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://inner.host/"/></Service>
 <Capability><Request><GetMap><Format>image/png</Format><DCPType><HTTP><Get>
   <OnlineResource xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://inner.host/wms"/></Get></HTTP></DCPType>
  </GetMap></Request><Exception><Format>XML</Format></Exception>
  <Layer><Title>All</Title><SRS>EPSG:900913 EPSG:3067</SRS>
   <LatLonBoundingBox minx="24" miny="60" maxx="25" maxy="61"/>
   <Layer><Name>old</Name><Title>Old ortho</Title></Layer>
  </Layer></Capability></WMT_MS_Capabilities>"""


def wmts(
    identifier: str = "{z}", crs: str = "urn:ogc:def:crs:EPSG::3857", side: int = 256, template: str = ""
) -> bytes:
    matrices = "".join(
        f"<TileMatrix><ows:Identifier>{identifier.format(z=zoom)}</ows:Identifier>"
        f"<ScaleDenominator>{559082264.0287178 / 2**zoom}</ScaleDenominator>"
        f"<TopLeftCorner>-20037508.3427892 20037508.3427892</TopLeftCorner><TileWidth>{side}</TileWidth>"
        f"<TileHeight>{side}</TileHeight><MatrixWidth>{2**zoom}</MatrixWidth><MatrixHeight>{2**zoom}</MatrixHeight>"
        "</TileMatrix>"
        for zoom in range(12)
    )
    resource = f'<ResourceURL format="image/png" resourceType="tile" template="{template}"/>' if template else ""
    return f"""<?xml version="1.0"?>
<Capabilities version="1.0.0" xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1"
 xmlns:xlink="http://www.w3.org/1999/xlink">
 <ows:ServiceIdentification><ows:Title>T</ows:Title><ows:ServiceType>OGC WMTS</ows:ServiceType>
  <ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion></ows:ServiceIdentification>
 <Contents><Layer><ows:Title>Ortho</ows:Title>
   <ows:WGS84BoundingBox><ows:LowerCorner>24 60</ows:LowerCorner><ows:UpperCorner>25 61</ows:UpperCorner>
   </ows:WGS84BoundingBox><ows:Identifier>ortho</ows:Identifier>
   <Style isDefault="false"><ows:Identifier>a</ows:Identifier></Style>
   <Style isDefault="true"><ows:Identifier>b</ows:Identifier></Style>
   <Format>image/png</Format>
   <Dimension><ows:Identifier>Time</ows:Identifier><Default>2024</Default><Value>2023</Value><Value>2024</Value></Dimension>
   <TileMatrixSetLink><TileMatrixSet>web</TileMatrixSet></TileMatrixSetLink>{resource}</Layer>
  <TileMatrixSet><ows:Identifier>web</ows:Identifier><ows:SupportedCRS>{crs}</ows:SupportedCRS>{matrices}
  </TileMatrixSet></Contents></Capabilities>""".encode()


def only(offers: tuple[Offer, ...]) -> Offer:
    assert len(offers) == 1
    return offers[0]


def test_a_wms_lists_its_layers_with_how_they_are_asked_for() -> None:
    ortho, degrees = list_layers("wms", WMS_NEW, ADDRESS)
    assert ortho.title == "Ortho <img src=x onerror=alert(1)>"  # text, as it stands
    assert ortho.styles == (("day", "By day"), ("infra", "Infrared"))
    assert ortho.formats == ("image/png", "image/jpeg")
    assert ortho.bounds == (24.5, 60.0, 25.5, 60.5)
    assert ortho.attribution == "© the city"
    assert ortho.remote is not None
    asked = query_of(address_maker(ortho.remote)(WebTile(10, 582, 296)))
    assert (asked["MAP"], asked["CRS"], asked["STYLES"], asked["REQUEST"]) == ("city", "EPSG:3857", "day", "GetMap")
    assert "inner.host" not in ortho.remote.url
    assert degrees.remote is not None
    assert degrees.remote.tile_matrix_set == "EPSG:4326"


def test_a_wms_of_the_old_version_is_asked_in_the_old_way() -> None:
    old = only(list_layers("wms", WMS_OLD, ADDRESS))
    assert old.remote is not None
    asked = query_of(address_maker(old.remote)(WebTile(10, 582, 296)))
    assert (asked["VERSION"], asked["SRS"]) == ("1.1.1", "EPSG:900913")
    assert old.bounds == (24.0, 60.0, 25.0, 61.0)


@pytest.mark.parametrize("identifier", ["{z}", "EPSG:3857:{z}", "{z:02}"])
def test_a_wmts_in_the_webs_grid_is_asked_by_names(identifier: str) -> None:
    offer = only(list_layers("wmts", wmts(identifier), "https://w.example/wmts?service=WMTS"))
    assert offer.remote is not None
    asked = query_of(address_maker(offer.remote)(WebTile(7, 72, 37)))
    assert asked["TILEMATRIX"] == identifier.format(z=7)
    assert (asked["TILEROW"], asked["TILECOL"], asked["STYLE"], asked["LAYER"]) == ("37", "72", "b", "ortho")
    assert offer.remote.finest_zoom == 11


def test_a_wmts_with_a_template_is_asked_by_it() -> None:
    template = "https://t.example/{Style}/{Time}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"
    offer = only(list_layers("wmts", wmts(template=template), "https://w.example/WMTSCapabilities.xml"))
    assert offer.remote is not None
    assert address_maker(offer.remote)(WebTile(7, 72, 37)) == "https://t.example/b/2024/web/7/37/72.png"


@pytest.mark.parametrize("document", [wmts(crs="urn:ogc:def:crs:EPSG::3067"), wmts(side=512), wmts("level{z}x")])
def test_a_wmts_in_another_grid_is_refused_with_the_reason(document: bytes) -> None:
    offer = only(list_layers("wmts", document, "https://w.example/wmts"))
    assert offer.remote is None
    assert offer.refusal == "remote_matrix_set"
    assert offer.refusal in english.SENTENCES


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "192.168.1.7", "router.local", "[::1]"])
def test_a_template_that_leads_into_the_inner_network_is_refused(host: str) -> None:
    template = f"http://{host}/{{TileMatrixSet}}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.png"
    outside = only(list_layers("wmts", wmts(template=template), "http://w.example/WMTSCapabilities.xml"))
    assert outside.refusal == "remote_redirect_inward" and outside.remote is None
    assert only(list_layers("wmts", wmts(template=template), f"http://{host}/WMTSCapabilities.xml")).remote is not None


def test_old_services_may_write_http_for_their_tiles() -> None:
    template = "http://t.example/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"
    assert only(list_layers("wmts", wmts(template=template), "https://w.example/WMTSCapabilities.xml")).remote


def test_a_template_that_leads_elsewhere_is_refused() -> None:
    offer = only(
        list_layers("wmts", wmts(template="file:///etc/{TileMatrix}/{TileRow}/{TileCol}"), "https://w.example/")
    )
    assert (offer.remote, offer.refusal) == (None, "remote_address_scheme")


BILLION = (
    b"""<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><WMS_Capabilities version="1.3.0">&b;</WMS_Capabilities>"""
)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (BILLION, "remote_xml_entities"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "remote_xml_entities"),
        (b'<!DOCTYPE a><!DOCTYPE b SYSTEM "http://127.0.0.1:9/x"><a/>', "remote_xml_entities"),
        (b"<html><body>Please log in</body></html>", "remote_not_xml"),
        (b'{"error": 1}', "remote_not_xml"),
        (b"", "remote_not_xml"),
        ("<a/>".encode("utf-16"), "remote_capabilities"),
        (b"<a>" * 200_000, "remote_capabilities"),
        (b"<WMS_Capabilities version='1.3.0'/>", "remote_capabilities"),
        (b"<ServiceExceptionReport><ServiceException>no such map</ServiceException></ServiceExceptionReport>",
         "remote_service_error"),
        (b" " * ((16 << 20) + 1), "remote_too_large"),
    ],
    ids=range(11),
)  # fmt: skip
@pytest.mark.parametrize("service", ["wms", "wmts"])
def test_what_is_no_capabilities_or_hostile_is_refused(service: str, document: bytes, code: str) -> None:
    with pytest.raises(CapabilitiesRefused) as refused:
        list_layers(service, document, ADDRESS)
    wanted = {code, "remote_not_xml"} if service == "wmts" else {code}
    assert refused.value.code in wanted
    assert refused.value.code in english.SENTENCES


def test_a_document_type_that_only_declares_elements_is_taken_out() -> None:
    assert b"DOCTYPE" not in checked_xml(WMS_OLD)
    assert checked_xml(WMS_OLD).count(b"<Layer>") == 2


def test_where_capabilities_are_asked_for() -> None:
    asked = capabilities_address("wms", "https://w.example/ows?map=city")
    assert query_of(asked) == {"MAP": "city", "SERVICE": "WMS", "REQUEST": "GetCapabilities", "VERSION": "1.3.0"}
    assert capabilities_address("wmts", "https://w.example/WMTSCapabilities.xml").endswith(".xml")
    with pytest.raises(AddressRefused):
        capabilities_address("wms", "https://a:b@w.example/")
