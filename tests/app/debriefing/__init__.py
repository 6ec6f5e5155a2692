"""Tests of the debriefing of an exercise."""
