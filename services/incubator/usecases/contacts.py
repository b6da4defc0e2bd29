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


def tell_expert(unit: Unit, id_: str, name: str, email: str, *, had: bool) -> None:
    if email or had:
        name, person = name if email else "", expert_person(id_)
        _tell(
            unit, IncubatorContactChanged(recipient_id=person, person_id=person, role="expert", name=name, email=email)
        )


def _tell(unit: Unit, contact: IncubatorContactChanged) -> None:
    # on a demo's clock, which stands still, one contact changes there and back within an instant
    unit.tell(contact, unit.now.isoformat(), secrets.token_hex(8))
