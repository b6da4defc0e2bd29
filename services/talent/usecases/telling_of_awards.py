"""What every event of an award says of it: ids and names of things, of the person his id alone."""

from collections.abc import Mapping
from typing import Any

from shared.contracts.contact import applicant_person
from shared.programme.load import load_programme


def told(row: Mapping[Any, Any]) -> dict[str, Any]:
    """What every event of an award says of it."""
    programme = load_programme(row["programme_id"])
    return {
        "award_id": row["id"],
        "application_id": row["application_id"],
        "programme": {"id": programme.id, "name": programme.title},
        "contract_no": row["contract_no"],
        "person_id": applicant_person(row["applicant_id"]),
        "org_id": row["unit_id"],
    }
