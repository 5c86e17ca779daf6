"""A slow scoring engine that is obviously right: one record at a time, minutes counted, fractions everywhere.

It shares the contract model and the condition parser with the engine, and nothing that computes a number.
"""
