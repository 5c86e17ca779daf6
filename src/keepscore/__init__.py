"""Keepscore: a vendor keeps its own score, client by client."""

__version__ = "0.1.0"
