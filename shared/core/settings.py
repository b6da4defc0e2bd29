"""What the environment says: every MIAOPU_ variable, read and checked at once when a process starts."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared.core import addresses
from shared.core.errors import DomainError

PREFIX = "MIAOPU_"
BASE_URL = "http://127.0.0.1:8000"
SECRET_CHARACTERS = 32
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Settings(BaseSettings):
    """`read_settings` reads them and answers with one list of everything that is wrong."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", validate_default=True)

    data: Path = Path("var")
    """The folder of this installation: databases, the embedded message server's store, credentials, the clock."""
    nats_url: str | None = None
    """nats:// or tls://, with user:password where the server asks for them, several of a cluster separated by commas;
    unset: an embedded nats-server."""
    database_url: str | None = None
    """postgresql://user:password@host/name; unset: SQLite, one file per service in `data`."""
    smtp_url: str | None = None
    """smtp://user:password@host:port (STARTTLS when offered) or smtps://; unset: a local mail catcher."""
    smtp_per_minute: int = Field(default=0, ge=0)
    """The most letters handed over in a minute; 0 sets no limit."""
    clamd_url: str | None = None
    """tcp://host:port or unix:///path of ClamAV's clamd; unset: evidence files are taken unchecked, which pages say."""
    mail_from: str = "苗圃 <noreply@miaopu.example>"
    base_url: str = BASE_URL
    """The address of the site, as letters link to it; without a slash at its end."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    """0: any free port."""
    secret: str | None = None
    openid_url: str | None = None
    """The issuer of the office's OpenID provider; unset: logging in with accounts of this installation alone."""
    openid_client: str | None = None
    openid_secret: str | None = None
    openid_name: str = "统一登录"
    """What people call it."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library passes it by name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is passed in and nothing else: only `read_settings` looks at the environment, and at no file."""
        return (init_settings,)

    @field_validator("data")
    @classmethod
    def _data(cls, folder: Path) -> Path:
        return addresses.writable_folder(folder)

    @field_validator("nats_url")
    @classmethod
    def _nats_url(cls, url: str | None) -> str | None:
        return None if url is None else addresses.nats(url)

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, url: str | None) -> str | None:
        return None if url is None else addresses.database(url)

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url(cls, url: str | None) -> str | None:
        return None if url is None else addresses.smtp(url)

    @field_validator("clamd_url")
    @classmethod
    def _clamd_url(cls, url: str | None) -> str | None:
        return None if url is None else addresses.clamd(url)

    @field_validator("mail_from")
    @classmethod
    def _mail_from(cls, sender: str) -> str:
        return addresses.sender(sender)

    @field_validator("base_url")
    @classmethod
    def _base_url(cls, url: str) -> str:
        return addresses.site(url)

    @field_validator("openid_url")
    @classmethod
    def _openid_url(cls, url: str | None) -> str | None:
        return None if url is None else addresses.site(url)

    @field_validator("host")
    @classmethod
    def _host(cls, host: str) -> str:
        return addresses.listening_host(host)

    @field_validator("secret")
    @classmethod
    def _secret(cls, secret: str | None) -> str | None:
        if secret is not None and len(secret) < SECRET_CHARACTERS:
            raise ValueError(f"只有 {len(secret)} 个字符，至少要 {SECRET_CHARACTERS} 个；请用随机生成的一串")
        return secret

    @property
    def open_to_others(self) -> bool:
        """Whether the site can be reached from other machines; there are no accounts that would keep strangers out."""
        return self.host not in LOOPBACK


WHOLE_NUMBERS = {
    "port": "应为 0 到 65535 的整数（0 表示自选空闲端口）",
    "smtp_per_minute": "应为不小于 0 的整数（0 表示不限）",
}


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings `environ` (by default the process's environment) gives; an empty value counts as unset.

    Everything that is wrong is told in one DomainError: which variable, what is wrong with it, what to do.
    """
    given = {name: value for name, value in (os.environ if environ is None else environ).items() if _ours(name)}
    known = {f"{PREFIX}{name.upper()}": name for name in Settings.model_fields}
    problems = [f"{name}：没有这个变量{_meant(name, list(known))}" for name in given if name not in known]
    values: dict[str, Any] = {known[name]: text for name, text in given.items() if name in known and text.strip()}
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += [_problem(str(found["loc"][0]), found) for found in error.errors(include_url=False)]
    if problems:
        told = "\n".join(f"  {problem}" for problem in problems)
        raise DomainError("invalid-settings", f"环境变量有 {len(problems)} 处需要改正：\n{told}\n")
    return settings


def _ours(name: str) -> bool:
    return name.upper().startswith(PREFIX)


def _meant(name: str, known: list[str]) -> str:
    """The nearest name there is; where none is near, all of them."""
    near = get_close_matches(name.upper().removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known], n=1)
    return f"；是不是 {PREFIX}{near[0]}？" if near else f"；可用的有 {'、'.join(known)}"


def _problem(name: str, found: Any) -> str:  # noqa: ANN401 - the library's own
    what = WHOLE_NUMBERS.get(name) or str(found["msg"]).removeprefix("Value error, ")
    value = " ".join(addresses.without_password(str(found["input"])).split())  # one line, whatever it holds
    shown = "" if name == "secret" else f"现为“{value}”，"
    return f"{PREFIX}{name.upper()}：{shown}{what}"
