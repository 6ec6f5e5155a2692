"""Tests of the planning page."""
