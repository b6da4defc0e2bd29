"""What a step of this service would touch: the settlement of what it publishes, and what is paid, is rehearsed with it
(see shared.foreseeing)."""

from services.talent.store import foreseen as rows
from services.talent.store import money
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.tables import CHANGE
from services.talent.usecases.bookkeeping import settle
from services.talent.usecases.instalments import note_grants_paid
from shared.contracts.talent import (
    TalentBrokerClaimed,
    TalentGrantPaid,
    TalentInstalmentReleased,
    TalentInterestClaimed,
    TalentSettlementRequested,
)
from shared.foreseeing.following import Hears, following
from shared.foreseeing.foresight import Foresight, Ledger

SEEN = ("outcome", "article", "rule", "reason", "amount_fen", "ceiling_fen")
"""What a person sees of an entry."""
FORESIGHT = Foresight(
    changes=CHANGE,
    ledger=Ledger(LEDGER.subsidy, LEDGER.subject_name, SEEN, money.subjects_named),
    follows=following(
        "/talent",
        Hears(
            (TalentInstalmentReleased, TalentInterestClaimed, TalentBrokerClaimed, TalentSettlementRequested), settle
        ),
        Hears((TalentGrantPaid,), note_grants_paid),
    ),
    nouns=rows.NAMES,
    receivers=rows.receivers,
)
