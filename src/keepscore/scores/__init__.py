"""Runs the engine for clients and periods, in the worker, and keeps results and warnings."""
