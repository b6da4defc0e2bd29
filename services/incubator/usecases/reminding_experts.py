"""Remind the experts who have not marked all they have of a round: exactly those, once a day each."""

from functools import partial

from services.incubator.usecases.reviewed import REVIEWING
from shared.reviewing import reminding
from shared.reviewing.reminding import REMIND_DAYS, RemindExperts

__all__ = ["REMIND_DAYS", "RemindExperts", "remind_due", "remind_experts", "rounds_to_remind"]
remind_experts = partial(reminding.remind_experts, area=REVIEWING)
rounds_to_remind = partial(reminding.rounds_to_remind, area=REVIEWING)
remind_due = partial(reminding.remind_due, area=REVIEWING)
