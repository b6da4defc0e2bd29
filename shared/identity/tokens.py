"""Random tokens that somebody carries; the database keeps only their hash."""

import hmac
from hashlib import sha256
from secrets import token_urlsafe

BYTES = 32


def new_token() -> str:
    return token_urlsafe(BYTES)


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def form_token(session: str, secret: str) -> str:
    """What a form of this session carries, so that no other site can send it (CSRF)."""
    return hmac.new(secret.encode(), f"form\x1f{session}".encode(), sha256).hexdigest()


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
