"""Tell contacts in their own stream: who is written to for an organisation, and persons who are written to themselves.

An address that was taken away is told as well: whoever kept it erases it.
"""

from shared.contracts.contact import IncubatorContactChanged, expert_person
from shared.messaging.unit import Unit


def tell_organisation(unit: Unit, id_: str, name: str, email: str, *, had: bool) -> None:
    """`had`: whether there was an address before; one that was never told is not taken back."""
    if email or had:
        contact = IncubatorContactChanged(
            recipient_id=id_, org_id=id_, role="operator", name=name if email else "", email=email
        )
        unit.tell(contact, unit.now.isoformat())


def tell_expert(unit: Unit, id_: str, name: str, email: str, *, had: bool) -> None:
    if email or had:
        person = expert_person(id_)
        contact = IncubatorContactChanged(
            recipient_id=person, person_id=person, role="expert", name=name if email else "", email=email
        )
        unit.tell(contact, unit.now.isoformat())
