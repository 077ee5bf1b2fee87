"""What every section of settings is made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(gt=0)]
Clock24 = Annotated[str, Field(pattern=r"^([01]\d|2[0-4]):[0-5]\d$")]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
