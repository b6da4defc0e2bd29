"""Tell contacts in their own stream: units, applicants, members of teams. One without an address is erased."""

import secrets

from shared.contracts.contact import TalentContactChanged, applicant_person, member_person
from shared.messaging.unit import Unit


def tell_unit(unit: Unit, id_: str, name: str, email: str) -> None:
    _tell(unit, TalentContactChanged(recipient_id=id_, org_id=id_, role="unit", name=name, email=email))


def tell_applicant(unit: Unit, id_: str, name: str, email: str) -> None:
    _tell_person(unit, applicant_person(id_), "applicant", name, email)


def tell_member(unit: Unit, id_: str, name: str, email: str) -> None:
    _tell_person(unit, member_person(id_), "member", name, email)


def _tell_person(unit: Unit, person: str, role: str, name: str, email: str) -> None:
    _tell(unit, TalentContactChanged(recipient_id=person, person_id=person, role=role, name=name, email=email))


def _tell(unit: Unit, contact: TalentContactChanged) -> None:
    # on a demo's clock, which stands still, one contact changes there and back within an instant
    unit.tell(contact, unit.now.isoformat(), secrets.token_hex(8))
