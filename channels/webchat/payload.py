"""The root of everything a visitor's program may say: strict, flat, forbidding what it does not know."""

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator


class Payload(BaseModel):
    """Text is well formed Unicode once it is in here: JSON may carry half a surrogate pair, no database does."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _well_formed(cls, value: Any) -> Any:
        return well_formed(value) if isinstance(value, str) else value


def well_formed(text: str) -> str:
    """Halves of surrogate pairs joined where they belong together, else replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
