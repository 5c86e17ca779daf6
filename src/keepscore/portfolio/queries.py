"""What the pages across rooms read."""
