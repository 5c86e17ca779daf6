"""The one page: drafts with demonstrated actions, publish, correct, withdraw."""
