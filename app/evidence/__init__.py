"""Photographs at the desk: decoded in a program of their own, looked at small, handed out without personal data."""
