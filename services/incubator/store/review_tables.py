"""The tables of the review by experts: a report is marked, a carrier is what experts are drawn for."""

from services.incubator.store.base import METADATA
from shared.reviewing.tables import Pointer, review_tables

REVIEWS = review_tables(
    METADATA,
    round_key="round.id",
    subject=Pointer("report_id", "report.id"),
    unit=Pointer("carrier_id", "carrier.id"),
)
EXPERT, EXPERT_RELATION, REVIEW_DRAW = REVIEWS.expert, REVIEWS.relation, REVIEWS.draw
REVIEW, REVIEW_MARK, EXPERT_MARK, MODERATION = REVIEWS.review, REVIEWS.mark, REVIEWS.counted, REVIEWS.moderation
REVIEW_REMINDER = REVIEWS.reminder
