"""`python -m keepscore.cli` is `keepscore`."""

from keepscore.cli.main import main

main(prog_name="keepscore")
