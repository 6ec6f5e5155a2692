"""Read a layer's column of attributes as numbers or as coded texts, whole and without a Python value a feature."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.columns import LayerColumns

UNKNOWN = -1


def numbers(layer: LayerColumns, column: str) -> NDArray[np.float64]:
    """Read a column as numbers, float64 (count,); NaN where there is none. A column that is not there is all NaN.

    Texts that are numbers ("12", "1,5") count as such; truths are 1 and 0.
    """
    if column not in layer.columns():
        return np.full(layer.count, np.nan)
    if not is_text(layer, column):
        return np.asarray(layer.attribute(column), dtype=np.float64)
    codes, texts = coded(layer, column)
    known = np.array([*(as_number(text) for text in texts), np.nan])
    return known[codes]


def coded(layer: LayerColumns, column: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Read a column as codes int32 (count,) into its different texts; -1 where there is none.

    Numbers are written as a person would ("3", not "3.0"), truths as "true" and "false".
    """
    if column not in layer.columns():
        return np.full(layer.count, UNKNOWN, np.int32), ()
    key = f"coded {column}"
    if key not in layer._cache:
        layer._cache[key] = _coded(layer, column)
    found: tuple[NDArray[np.int32], tuple[str, ...]] = layer._cache[key]
    return found


def is_text(layer: LayerColumns, column: str) -> bool:
    """Tell whether a column holds texts rather than numbers or truths."""
    import pyarrow.parquet as parquet

    if "types" not in layer._cache:
        schema = parquet.read_schema(layer.folder / "attributes.parquet")
        layer._cache["types"] = {field.name: str(field.type) for field in schema}
    return layer._cache["types"].get(column) in ("string", "large_string")


def as_number(text: str) -> float:
    """Read a text as a number, with a decimal point or comma; NaN where it is none."""
    try:
        return float(text.replace(",", ".")) if text and text[0] in "0123456789+-.," else np.nan
    except ValueError:
        return np.nan


def written(number: float) -> str:
    """Write a number as a person would: whole ones without a point."""
    return f"{number:.0f}" if number == round(number) and abs(number) < 1e15 else f"{number:.10g}"


def _coded(layer: LayerColumns, column: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    if is_text(layer, column):
        return _coded_texts(layer, column)
    values = np.asarray(layer.attribute(column))
    if values.dtype == bool:
        return values.astype(np.int32), ("false", "true")
    known = np.isfinite(values.astype(np.float64))
    different, inverse = np.unique(values[known], return_inverse=True)
    codes = np.full(len(values), UNKNOWN, np.int32)
    codes[known] = inverse
    return codes, tuple(written(float(value)) for value in different.tolist())


def _coded_texts(layer: LayerColumns, column: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    import pyarrow.parquet as parquet

    with parquet.ParquetFile(layer.folder / "attributes.parquet", read_dictionary=[column]) as file:
        chunks = file.read(columns=[column]).column(0).unify_dictionaries().chunks
    pieces = [_indices(chunk) for chunk in chunks]
    texts = tuple(chunks[0].dictionary.to_pylist()) if chunks else ()
    return np.concatenate([*pieces, np.empty(0, np.int32)]).astype(np.int32), texts


def _indices(chunk: Any) -> NDArray[np.int32]:
    """Read a chunk's codes from its buffers: pyarrow's `to_numpy` would import pandas."""
    indices = chunk.indices
    validity, data = indices.buffers()
    stop = indices.offset + len(indices)
    codes = np.frombuffer(data, np.int32)[indices.offset : stop]
    if validity is None or not indices.null_count:
        return codes
    bits = np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")[indices.offset : stop]
    return np.where(bits.astype(bool), codes, UNKNOWN).astype(np.int32)
