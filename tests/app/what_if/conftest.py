"""A desk with cover for every test here."""

from tests.app.cover_desks import here

__all__ = ["here"]
