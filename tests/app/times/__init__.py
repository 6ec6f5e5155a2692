"""Tests of the page of response times."""
