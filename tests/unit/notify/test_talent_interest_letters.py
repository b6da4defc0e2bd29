"""Letters about an interest subsidy: a claim that was not accepted, why, and what may be done; a year's money by name."""

import pytest

from services.notify.domain.letters import kinds_for
from shared.contracts.letters import Receiver
from shared.contracts.talent import TalentAwardStarted, TalentGrantComputed, TalentInterestAnswered
from shared.contracts.talent.interest import CLAIM
from tests.unit.notify.test_letters import example, write
from tests.unit.notify.test_talent_letters import leads_to, says

TALENT = Receiver(person_id=CLAIM["person_id"])
MINE = f"https://miaopu.example.cn/talent/mine/awards/{CLAIM['award_id']}"


@pytest.mark.parametrize(("outcome", "next_"), [("returned", "补正以前不核算贴息"), ("refused", "这一年度另行申请")])
def test_the_leader_alone_is_told_which_year_why_and_what_he_may_do(outcome: str, next_: str) -> None:
    told = example(TalentInterestAnswered, outcome=outcome)
    (kind,) = kinds_for(told)
    assert kind.receivers(told) == [TALENT]
    parts = write(told)
    says(parts, "2023 年", "第 1 次提交", "付息凭证缺第四季度", next_)
    assert {"returned": "退回补正", "refused": "不予贴息"}[outcome] in parts.subject
    leads_to(parts, f"{MINE}/interest/{CLAIM['claim_id']}")


def test_the_money_of_a_year_is_called_by_its_year() -> None:
    matter = {**TalentGrantComputed.example["matter"], "what": "interest", "instalment": None, "year": 2023}
    parts = write(example(TalentGrantComputed, matter=matter))
    says(parts, "2023 年贷款贴息已经核算")
    assert "期资助" not in parts.text


def test_an_award_of_interest_begins_with_what_is_claimed_each_year_and_promises_no_instalment() -> None:
    parts = write(example(TalentAwardStarted, amount=None, instalments=[]))
    says(parts, "按贷款利息贴息，逐年核算", "贴息每年申请一次")
    assert "分期" not in parts.text
