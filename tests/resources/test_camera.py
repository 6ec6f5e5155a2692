"""The field of view of a camera where its city does not say it."""

from __future__ import annotations

import pytest

from resources.camera import Camera, Field, field_of


@pytest.mark.parametrize(
    ("camera", "expected"),
    [
        (Camera("c", "", "traffic", 0, 0, 90.0), Field(90.0, 60.0, 150.0, True)),
        (Camera("c", "", "speed", 0, 0, -10.0), Field(350.0, 30.0, 50.0, True)),
        (Camera("c", "", "other", 0, 0), Field(None, 360.0, 70.0, False)),  # nobody knows where it looks
        (Camera("c", "", "public", 0, 0, None, "fixed"), Field(None, 360.0, 80.0, False)),
        (Camera("c", "", "public", 0, 0, 90.0, "dome"), Field(None, 360.0, 60.0, True)),
        (Camera("c", "", "public", 0, 0, None, "panning"), Field(None, 360.0, 120.0, True)),
        (Camera("c", "", "other", 0, 0, 10.0, "", 90.0, 30.0), Field(10.0, 90.0, 30.0, True)),
        (Camera("c", "", "other", 0, 0, float("nan")), Field(None, 360.0, 70.0, False)),
    ],
)
def test_what_a_camera_is_taken_to_see(camera: Camera, expected: Field) -> None:
    assert field_of(camera) == expected
