"""What the API takes besides files and texts of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

Text = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]      # a database cannot hold a NUL


class PublishIn(Schema):
    shown: Text
    reason: Text = Field("", description="why a correction is made")


class ActionsIn(Schema):
    texts: dict[Text, Text] = Field(description="by key of the sub-area; figures as {on-time.value}")


class WithdrawIn(Schema):
    because: Text


class AnswersIn(Schema):
    values: dict[Text, dict[Text, Text]] = Field({}, description="by field: what a text of the file stands for")
    cells: dict[int, dict[Text, Text]] = Field({}, description="by row: columns with their corrected text")
    left_out: list[int] = Field([], description="rows to leave out")
    remember: bool = Field(True, description="whether `values` hold for later files of the source")


class ImportIn(Schema):
    complete_to: datetime | None = Field(None, description="up to this moment the file holds every record; unless said, its newest moment")
    allow_older: bool = Field(False, description="although a newer export was imported before")
