"""The importing people see: sources, batches, rejected rows, undo."""
