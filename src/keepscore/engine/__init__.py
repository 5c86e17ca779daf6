"""The scoring engine: tables and a contract in, results out. It knows no clock and no settings."""
