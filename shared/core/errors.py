"""Errors a clerk can act on."""


class DomainError(Exception):
    """Something the user can put right: a stable `code` for programs, a Chinese sentence for people."""

    def __init__(self, code: str, message: str, *, status: int = 422) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def __str__(self) -> str:
        return f"{self.message}（{self.code}）"
