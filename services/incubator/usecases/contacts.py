"""Tell contacts in their own stream: who is written to for an organisation, and persons who are written to themselves.

An address that was taken away is told as well: whoever kept it erases it.
"""

import secrets

from shared.contracts.contact import IncubatorContactChanged, expert_person
from shared.messaging.unit import Unit


def tell_organisation(unit: Unit, id_: str, name: str, email: str, *, had: bool) -> None:
    """`had`: whether there was an address before; one that was never told is not taken back."""
    if email or had:
        name = name if email else ""
        _tell(unit, IncubatorContactChanged(recipient_id=id_, org_id=id_, role="operator", name=name, email=email))


def tell_expert(unit: Unit, id_: str, name: str, email: str, *, account: str, had: bool) -> None:
    """`account`: the login that reads his letters, for the grant of an expert does not say of which register he is."""
    if email or had:
        person = expert_person(id_)
        his = {"recipient_id": person, "person_id": person, "role": "expert", "email": email}
        of_login = {"name": name, "account": account} if email else {"name": ""}
        _tell(unit, IncubatorContactChanged.model_validate({**his, **of_login}))


def _tell(unit: Unit, contact: IncubatorContactChanged) -> None:
    # on a demo's clock, which stands still, one contact changes there and back within an instant
    unit.tell(contact, unit.now.isoformat(), secrets.token_hex(8))
