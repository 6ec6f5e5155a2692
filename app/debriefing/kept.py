"""What a debriefing is made of as bytes, to be handed from a window to the program that writes its report."""

from __future__ import annotations

import msgspec

from app.debriefing.material import Material

_decoder = msgspec.json.Decoder(Material)


def encode_material(material: Material) -> bytes:
    """Return it as JSON, the same bytes for the same material."""
    return msgspec.json.encode(material)


def decode_material(content: bytes) -> Material:
    """Return what was encoded. Raises ValueError."""
    return _decoder.decode(content)
