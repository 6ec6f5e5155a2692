"""QGIS drawing one view after the other: a program of its own, for the Python that QGIS came with (`/usr/bin/python3`).

Run as `qgis_draw.py GEOPACKAGE [PICTURE_FOLDER]`. Reads jobs as JSON lines (width, height, box, ground, and the layers
from the bottom up with their looks), draws each with the parallel job that QGIS' own canvas uses, and answers how many
milliseconds that took. What a job needs (layers, symbols) is made before the clock starts.
"""

import json
import sys
import time

from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsRectangle,
    QgsRendererCategory,
    QgsSettings,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorSimplifyMethod,
)
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QColor

PIXELS = QgsUnitTypes.RenderPixels


def line_layer(colour, width_px, dashes, level):
    made = QgsSimpleLineSymbolLayer(QColor(colour), width_px)
    made.setWidthUnit(PIXELS)
    made.setPenCapStyle(Qt.RoundCap if not dashes else Qt.FlatCap)
    made.setPenJoinStyle(Qt.RoundJoin)
    if dashes:
        made.setUseCustomDashPattern(True)
        made.setCustomDashVector([width_px * part for part in dashes])
        made.setCustomDashPatternUnit(PIXELS)
    made.setRenderingPass(level)
    return made


def symbol_with(symbol, parts):
    symbol.changeSymbolLayer(0, parts[0])
    for part in parts[1:]:
        symbol.appendSymbolLayer(part)
    return symbol


def symbol_of(look, geometry):
    if geometry == "polygon":
        fill = QgsSimpleFillSymbolLayer(QColor(look["colour"]))
        if look.get("edge"):
            fill.setStrokeColor(QColor(look["edge"]))
            fill.setStrokeWidth(look["edge_px"])
            fill.setStrokeWidthUnit(PIXELS)
        else:
            fill.setStrokeStyle(Qt.NoPen)
        return symbol_with(QgsFillSymbol(), [fill])
    if geometry == "point":
        point = QgsSimpleMarkerSymbolLayer(size=2 * look["radius_px"], color=QColor(look["colour"]))
        point.setSizeUnit(PIXELS)
        point.setStrokeColor(QColor(look["edge"]))
        point.setStrokeWidth(0.7)
        point.setStrokeWidthUnit(PIXELS)
        return symbol_with(QgsMarkerSymbol(), [point])
    parts = []
    if look.get("casing"):
        parts.append(line_layer(look["casing"], look["casing_px"], (), 0))
    parts.append(line_layer(look["colour"], look["width_px"], look.get("dashes", ()), look.get("level", 1)))
    return symbol_with(QgsLineSymbol(), parts)


def layer_of(geopackage, wanted):
    layer = QgsVectorLayer(f"{geopackage}|layername={wanted['name']}", wanted["name"], "ogr")
    if not layer.isValid():
        raise SystemExit(f"QGIS cannot open {wanted['name']} of {geopackage}")
    looks = wanted["looks"]
    quoted = ", ".join(f"'{name}'" for name in looks)
    layer.setSubsetString(f'"look" IN ({quoted})')  # what is not shown at this scale is not read
    categories = [QgsRendererCategory(name, symbol_of(look, wanted["geometry"]), name) for name, look in looks.items()]
    renderer = QgsCategorizedSymbolRenderer("look", categories)
    if wanted["geometry"] == "line":
        renderer.setUsingSymbolLevels(True)
    layer.setRenderer(renderer)
    simplify = QgsVectorSimplifyMethod()  # as a new project has it
    simplify.setSimplifyHints(QgsVectorSimplifyMethod.GeometrySimplification)
    layer.setSimplifyMethod(simplify)
    return layer


def draw(geopackage, job, pictures):
    layers = [layer_of(geopackage, wanted) for wanted in job["layers"]]
    settings = QgsMapSettings()
    settings.setOutputSize(QSize(job["width"], job["height"]))
    settings.setDestinationCrs(layers[0].crs())
    settings.setExtent(QgsRectangle(*job["box"]))
    settings.setBackgroundColor(QColor(job["ground"]))
    settings.setFlag(QgsMapSettings.Antialiasing, True)
    settings.setFlag(QgsMapSettings.UseRenderingOptimization, True)
    settings.setFlag(QgsMapSettings.DrawLabeling, False)
    settings.setLayers(list(reversed(layers)))
    started = time.perf_counter()
    render = QgsMapRendererParallelJob(settings)
    render.start()
    render.waitForFinished()
    image = render.renderedImage()
    took_ms = (time.perf_counter() - started) * 1000
    if pictures:
        image.save(f"{pictures}/{job['name']}_qgis.png")
    return {"ms": took_ms, "at": time.time(), "errors": [error.message for error in render.errors()]}


def main():
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    QgsSettings().setValue("qgis/walForSqlite3", False)  # the file is only read
    geopackage, pictures = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    for line in sys.stdin:
        print(json.dumps(draw(geopackage, json.loads(line), pictures)), flush=True)
    application.exitQgis()


if __name__ == "__main__":
    main()
