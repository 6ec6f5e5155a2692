"""What a layer's fields hold, to choose among them: kind and a few values, without reading all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.layers.table_rows import worded
from app.wording import listed, one_line, text
from gis.columns import LayerColumns
from gis.field_values import as_number

LOOKED_AT = 300
SHOWN = 3


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One field. kind: "number", "truth", "text", "mixed" (texts of which some are numbers), or "empty"."""

    name: str
    kind: str
    samples: tuple[str, ...]

    @property
    def is_numeric(self) -> bool:
        """Tell whether the field can be cut into classes by size."""
        return self.kind in ("number", "mixed")


def field_infos(layer: LayerColumns) -> tuple[FieldInfo, ...]:
    """Describe a layer's fields from its first features; none where its file is gone or broken."""
    import pyarrow.parquet as parquet

    try:
        with parquet.ParquetFile(layer.folder / "attributes.parquet") as file:
            batch = next(file.iter_batches(batch_size=LOOKED_AT), None)
            if batch is None:
                return tuple(FieldInfo(name, "empty", ()) for name in file.schema_arrow.names)
    except (OSError, ValueError):
        return ()
    return tuple(
        _info(name, [value for value in batch.column(place).to_pylist() if value is not None])
        for place, name in enumerate(batch.schema.names)
    )


def _info(name: str, values: Sequence[object]) -> FieldInfo:
    samples = tuple(dict.fromkeys(words for value in values if (words := worded(value).strip())))
    if not samples:
        return FieldInfo(name, "empty", ())
    if isinstance(values[0], bool):
        kind = "truth"
    elif isinstance(values[0], int | float):
        kind = "number"
    else:
        are_numbers = [as_number(sample) == as_number(sample) for sample in samples]
        kind = "mixed" if any(are_numbers) else "text"
    return FieldInfo(name, kind, samples[:SHOWN])


def field_words(info: FieldInfo, language: str) -> str:
    """Word a field for a list of them: name, kind, samples."""
    kinds = {
        "number": "layers.kind_number", "truth": "layers.kind_truth", "text": "layers.kind_text",
        "mixed": "layers.kind_mixed", "empty": "layers.kind_empty",
    }  # fmt: skip
    samples = listed((one_line(sample, 18) for sample in info.samples), language)
    head = f"{one_line(info.name, 40)} · {text(kinds[info.kind], language)}"
    return f"{head} · {samples}" if samples else head
