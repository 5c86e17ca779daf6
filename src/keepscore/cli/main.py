"""The command line. Each command lives in its own file and is imported only when it is called, so that starting is quick."""

from __future__ import annotations

import importlib

import click

from keepscore import __version__

COMMANDS = {
    "init": "Write a first contract by answering questions.",
    "map": "Write a first mapping for a file, to be checked by you.",
    "import": "Check a file and load it into the record store.",
    "score": "Score one contract, a folder of contracts, or one contract for many clients.",
    "explain": "Show how one number is made, down to its records.",
    "publish": "Freeze a scorecard and write its evidence bundle.",
    "verify": "Recompute every number of an evidence bundle, offline.",
    "schema": "Print the JSON Schema of a contract, a mapping or a scorecard.",
    "serve": "Serve the web application, with its worker.",
    "watch": "Import every file that is put into a folder.",
    "worker": "Score, import and publish what the web application asks for.",
    "run-due": "Do what is due now; safe to repeat.",
    "createadmin": "Make the first administrator.",
    "backup": "Copy everything of an installation into a folder.",
    "export": "Write everything into one ZIP file that other programs read.",
    "restore": "Put a backup into a new home.",
    "demo": "Make the fictional vendor Harbourline: contracts, records, scorecards.",
}


class Lazy(click.Group):
    """Finds a command `x` as `keepscore.cli.x_.command` when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"keepscore.cli.{name.replace('-', '_')}_").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="keepscore")
def main() -> None:
    """Keep your own score, client by client, from your own records."""
