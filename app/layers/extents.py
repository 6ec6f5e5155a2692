"""Where a layer lies."""

from __future__ import annotations

from app.layers.book import LayerBook
from app.layers.tree import columns_of
from maps.user_layers import UserLayer
from maps.view import Box


def extent_of_layer(book: LayerBook, layer: UserLayer) -> Box | None:
    """Return the box of a layer in metres; None for one that is empty, gone, or everywhere (a map service)."""
    city = book.city
    if city is None or layer.kind == "remote":
        return None
    if layer.kind == "vector":
        from gis.layer_import import extent_of

        columns = columns_of(book, layer)
        return extent_of(columns) if columns is not None else None
    from gis.imagery import open_imagery
    from maps.user_painter import picture_file

    file = picture_file(city.folder, layer)
    try:
        return open_imagery(file, city.metric_crs).box if file is not None else None
    except (ValueError, OSError):
        return None
