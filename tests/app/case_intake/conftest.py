"""The seat of the forms' tests, for the report of a case."""

from tests.app.case_forms.conftest import album, picture, seat

__all__ = ["album", "picture", "seat"]
