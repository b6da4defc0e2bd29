"""What the ledger's orders have in common."""

from typing import Annotated

from pydantic import AfterValidator, Field

Reason = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(lambda text: " ".join(text.split()))]
"""One line, as an explanation holds it."""
