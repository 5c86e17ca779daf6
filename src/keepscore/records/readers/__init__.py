"""Readers: a file in one of five formats becomes one table of text, with the row numbers a person sees."""
