"""What requests and answers are made of: bounded texts and numbers, and the two roots.

Answers are built by the views; the models beside this module describe them in the OpenAPI document, and a test on a
live server holds each answer against its description.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

NO_NUL = r"^[^\x00]*$"
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-][0-9A-Za-z_.-]{0,63}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL)]
ShortName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=NO_NUL)
]
Words = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
LongText = Annotated[str, StringConstraints(max_length=100_000, pattern=NO_NUL)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NO_NUL)]
Cursor = Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)]
Count = Annotated[int, Field(ge=0)]
Small = Annotated[int, Field(ge=0, le=2_147_483_647)]  # what a column of both databases holds


class Input(BaseModel):
    """Something a caller sends: an unknown field is a mistake, and said so."""

    model_config = ConfigDict(extra="forbid")


class Page(Input):
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Output(BaseModel):
    """Something we answer; fields may be added without a new version."""


class Items(Output):
    items: list[dict[str, Any]]
