"""What the environment says: every MIAOPU_ variable, read and checked at once when a process starts."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`read_settings` reads them and answers with one list of everything that is wrong."""

    model_config = SettingsConfigDict(env_prefix="MIAOPU_", frozen=True, extra="forbid")

    data: Path = Path("var")
    """The folder of this installation: databases, the embedded message server's store, credentials, the clock."""
    nats_url: str | None = None
    """Unset: an embedded nats-server."""
    database_url: str | None = None
    """Unset: SQLite, one file per service in `data`."""
    smtp_url: str | None = None
    """smtp://user:password@host:port (STARTTLS when offered) or smtps://; unset: a local mail catcher."""
    smtp_per_minute: int = Field(default=0, ge=0)
    """The most letters handed over in a minute; 0 sets no limit."""
    mail_from: str = "苗圃 <noreply@miaopu.example>"
    base_url: str = "http://127.0.0.1:8000"
    """The address of the site, as letters link to it."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    secret: str | None = None
