"""Django's makemessages, which also finds the sentences that the lower rooms say (keepscore.engine.saying)."""

from typing import ClassVar

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options: ClassVar[list[str]] = [*makemessages.Command.xgettext_options, "--keyword=say", "--keyword=say_many:1,2"]
