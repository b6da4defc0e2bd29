"""The tables of identity. Instants are UTC of the machine's clock; secrets are hashed, or encrypted where they must be
read again."""

from pathlib import Path

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table

from shared.db.engine import NAMING
from shared.db.types import Instant
from shared.messaging.tables import POSITION

NAME = "identity"
METADATA = MetaData(naming_convention=NAMING)
MIGRATIONS = Path(__file__).parent / "migrations"

ACCOUNT = Table(
    "account",
    METADATA,
    Column("id", String(100), primary_key=True),  # the name to log in with, never changed, never given to another
    Column("name", String(100), nullable=False),
    Column("email", String(300), nullable=False),
    Column("password", String(200)),  # argon2's own format; none until the first link is used
    Column("subject", String(400), unique=True),  # issuer and subject at the OpenID provider
    Column("second_factor", LargeBinary),  # encrypted
    Column("second_factor_since", Instant()),  # unset: shown, but not yet proved by a code
    Column("second_factor_step", Integer),  # the last code's time step: a code counts once
    Column("disabled_at", Instant()),
    Column("made_at", Instant(), nullable=False),
    Column("made_by", String(100), nullable=False),
)
GRANT = Table(
    "granted",
    METADATA,
    Column("account_id", String(100), ForeignKey("account.id"), primary_key=True),
    Column("role", String(30), primary_key=True),
    Column("scope", String(200), primary_key=True),
    Column("granted_at", Instant(), nullable=False),
    Column("granted_by", String(100), nullable=False),
)
SESSION = Table(
    "session",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", String(100), ForeignKey("account.id"), nullable=False, index=True),
    Column("program", String(100)),  # the name of the program that speaks with this token; none for a browser
    Column("second_factor", Boolean, nullable=False),
    Column("agent", String(200), nullable=False),
    Column("began_at", Instant(), nullable=False),
    Column("ends_at", Instant(), nullable=False),
    Column("ended_at", Instant()),
)
ATTEMPT = Table(
    "attempt",
    METADATA,
    Column("position", POSITION, primary_key=True, autoincrement=True),
    Column("whose", String(64), nullable=False),  # hash of the account's name, or of the address it came from
    Column("at", Instant(), nullable=False),
    Index("ix_attempt_whose", "whose", "at"),
)
LINK = Table(
    "link",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", String(100), ForeignKey("account.id"), nullable=False, index=True),
    Column("made_at", Instant(), nullable=False),
    Column("ends_at", Instant(), nullable=False),
    Column("used_at", Instant()),
    Column("mail", String(300)),  # what became of the mail that brings it: handed_over, or why it was not
)
