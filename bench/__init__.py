"""Measures Keepscore beside rivals in the same run, and prints each number beside its bar."""
