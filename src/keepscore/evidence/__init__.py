"""Evidence: a published scorecard as files that anyone can check. Canonical form, digests, keys, bundle, verify."""
