"""Commands for who works on Keepscore."""
