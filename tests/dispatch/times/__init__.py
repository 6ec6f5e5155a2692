"""Tests of response times."""
