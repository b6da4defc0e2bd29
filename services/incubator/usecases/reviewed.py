"""The review by experts as this service has it: see shared.reviewing."""

from services.incubator.store import changes, reviews, trail
from services.incubator.store.review_tables import REVIEWS
from services.incubator.store.tables import MESSAGE_SEEN
from services.incubator.usecases.telling_experts import TellingExperts
from services.incubator.usecases.weighed_marks import weigh
from shared.reviewing.area import Reviewing, Words

REVIEWING = Reviewing(
    tables=REVIEWS,
    changes=changes.CHANGES,
    trailing=trail.TRAILING,
    letters=MESSAGE_SEEN,
    subjects=reviews.SUBJECTS,
    words=Words(
        behind="所选单位及其在孵企业",
        tied="这家单位或它的在孵企业",
        avoided="任职单位、登记的利害关系、在孵企业持股、共同获奖的",
        subject_field="report_id",
        unit_field="carrier_id",
    ),
    telling=TellingExperts(),
    round=reviews.reviewed_round,
    units=reviews.units,
    subject_of=reviews.report_of,
    choices=reviews.carriers_tied,
    shown=reviews.shown,
    weigh=weigh,
)
