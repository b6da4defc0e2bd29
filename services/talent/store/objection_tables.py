"""The tables of objections to a selection (see shared.objections)."""

from services.talent.store.base import METADATA
from shared.objections.tables import objection_tables

OBJECTIONS = objection_tables(METADATA, "application")
