"""Contracts with their effective-dated versions: edited, locked once in force, every revision kept."""
