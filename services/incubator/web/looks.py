"""What all pages of the service are rendered with: its templates, and the words and links they may use."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from urllib.parse import quote

from services.incubator.web import did, wording
from shared.core.money import WAN
from shared.core.units import unit_name
from shared.evaluation.figures import rounded
from shared.ledger.words import furnish
from shared.webkit.templates import Pages

PAGES = Pages(Path(__file__).parent / "templates", did.DID)


def to(place: str, id_: str) -> str:
    """The address of one of the service's pages; an id may be any text an outside program chose."""
    return f"/incubator/{place}/{quote(id_, safe='')}"


def wan(amount: Decimal) -> str:
    """An amount in yuan as a big figure in 万元; the exact one stands beside it or a click away."""
    return f"{amount / WAN:,.2f}"


def decimal(number: str) -> str:
    """An exact number as people read it: one without an end to two places, marked as such."""
    if "/" not in number:
        return number
    return f"≈ {rounded(Fraction(number))}"


furnish(PAGES, "补助")
PAGES.environment.globals.update(to=to, word=wording)
PAGES.environment.filters.update(
    decimal=decimal,
    in_wan=wan,
    kind=wording.kind_name,
    level=wording.level_name,
    letter=wording.letter_name,
    unit_of=unit_name,
)
