"""Row checks: every value judged, every fault said with its row, column, value and what would be right."""
