"""Tests of the rooms of invented cities."""
