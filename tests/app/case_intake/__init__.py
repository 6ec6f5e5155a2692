"""Reporting a case."""
