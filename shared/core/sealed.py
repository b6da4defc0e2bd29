"""Texts that are kept encrypted and may be read again, and marks by which equal ones are found without reading them."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken

from shared.core.errors import DomainError


class Seal:
    """`secret`: of this installation; `purpose`: what is sealed, so that one kind's key opens no other's."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._purpose = purpose
        self._box = Fernet(urlsafe_b64encode(sha256(f"{purpose}\x1f{secret}".encode()).digest()))
        self._marks = sha256(f"{purpose} marks\x1f{secret}".encode()).digest()

    def close(self, text: str) -> bytes:
        return self._box.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        try:
            return self._box.decrypt(sealed).decode()
        except InvalidToken:
            told = f"MIAOPU_SECRET 与保存时的不同，读不出加密的内容（{self._purpose}）；请用原来的密钥启动"
            raise DomainError("another-secret", told, status=503) from None

    def mark(self, text: str) -> str:
        """The same for the same text, and no way back to it without the secret."""
        return hmac.new(self._marks, text.encode(), sha256).hexdigest()
