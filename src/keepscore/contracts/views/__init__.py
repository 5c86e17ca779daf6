"""Pages of a client's contract: reading it, editing its text, beginning a version or a first contract."""
