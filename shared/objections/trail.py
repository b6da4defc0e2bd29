"""What the audit trail proves of an objection."""

from shared.audit.trail import Recorded
from shared.objections.tables import ObjectionTables


def recorded_objections(tables: ObjectionTables) -> Recorded:
    """How an objection stands after each of its steps."""
    return Recorded(
        tables.objection,
        "id",
        ("id", tables.about_name, "objector_id", "grounds", "state", "filed_on", "decide_by", "reason"),
        latest=True,
    )
