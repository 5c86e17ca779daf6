"""Service time against its rules and against a reference that steps through time."""
