"""`keepscore createadmin`: the first administrator of an installation."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("createadmin", short_help="Make the first administrator.")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="KEEPSCORE_HOME or ./keepscore-home unless said.")
@click.option("--email", prompt=True)
@click.option("--name", prompt=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for unless said.")
def command(home: Path | None, email: str, name: str, password: str) -> None:
    """Make an administrator who can sign in, set up a second factor and invite everybody else."""
    from keepscore.server import start

    start.configure(home)
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from keepscore.users import audit
    from keepscore.users.models import User
    from keepscore.users.roles import Role
    from keepscore.web import clock

    start.prepare(collect=False)
    try:
        with transaction.atomic():
            validate_password(password)
            user = User.objects.create_user(email=email, name=name, role=str(Role.ADMINISTRATOR), password=password)
            audit.record("user.added", about=user, by=None, at=clock.now(), role=user.role)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo(f"{name} can sign in with {email}. The first page asks for a second factor.")
