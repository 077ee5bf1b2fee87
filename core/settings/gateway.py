"""Settings of the front door and of the log."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from core.settings.basics import Section


class ServerSettings(Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: str = ""  # what customers and providers see; empty: http://host:port
    secret: SecretStr = SecretStr(
        ""
    )  # signs reply addresses and chat tokens; empty: made once, kept in data_dir
    data_dir: Path = Path("var")
    max_body: Annotated[int, Field(gt=0)] = 26_214_400  # bytes
    trusted_proxies: Annotated[int, Field(ge=0)] = 0  # how many X-Forwarded-For entries are ours

    @property
    def url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


class LogSettings(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"
