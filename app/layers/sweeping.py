"""At the start of a desk, delete what of removed layers could not be deleted while a map held it open."""

from __future__ import annotations

from app import jobs
from gis.city import City
from maps.listing import LEAVINGS


def sweep_later(city: City | None) -> jobs.Job | None:
    """Delete it in a worker; None where there is nothing to delete."""
    if city is None or not (city.folder / LEAVINGS).is_dir():
        return None
    folder = city.folder

    def work(_: jobs.Job) -> None:
        from app.layer_leavings import sweep

        sweep(folder)

    return jobs.start(work)
