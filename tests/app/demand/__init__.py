"""Tests of the page of demand."""
