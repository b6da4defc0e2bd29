"""An assessment as units and the office see it: which rows of the contract it answers, what each conclusion would do to
the money."""

from typing import NamedTuple

from services.talent.domain.award_money import after as money_after
from services.talent.domain.contract_terms import read_terms
from services.talent.store.awards import part_of
from services.talent.store.whole_award import WholeAssessment, WholeAward
from services.talent.web.award_words import money_words
from shared.programme.load import load_programme
from shared.programme.timetable import CONCLUSIONS


class Choice(NamedTuple):
    """A conclusion, and what it would mean for the money as it stands today."""

    conclusion: str
    name: str
    money: str


def hand_in_numbers(whole: WholeAward, found: WholeAssessment) -> list[int]:
    """The row of the contract each target of the last hand-in belongs to, in the order of its targets."""
    last = found.last
    if last is None:
        return []
    version = next(each for each in whole.versions if each["number"] == last["contract_number"])
    return [each.number for each in read_terms(version["typed"]).targets]


def choices(whole: WholeAward, found: WholeAssessment) -> list[Choice]:
    programme = load_programme(whole.row["programme_id"])
    parts = tuple(part_of(each) for each in whole.instalments)
    made = []
    for conclusion, name in CONCLUSIONS.items():
        effect, _ = money_after(programme, parts, found.row["id"], found.row["kind"], conclusion)
        said = money_words(effect.effect, effect.instalments, recovery_proposed=effect.recovery_proposed)
        made.append(Choice(conclusion, name, said))
    return made
