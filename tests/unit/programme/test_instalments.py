"""An instalment is a share of what was granted, explained, paid once, and never more than the text allows."""

from decimal import Decimal

import pytest

from shared.policy import Award, History, Outcome, compute
from shared.policy.explain import sentences
from shared.programme.load import load_programme
from shared.programme.model import instalment_event


def released(programme_id: str, number: int, granted: str, history: History) -> Outcome:
    programme = load_programme(programme_id)
    subject = {"id": "A-1", "org": "p-1", "kind": programme.line}
    event = {
        "id": f"e-{number}", "type": instalment_event(number), "date": "2018-07-02", "facts": {"granted": granted},
        "sources": {"granted": "任务书"},
    }  # fmt: skip
    return compute(programme.policy, subject, event, history)


@pytest.mark.parametrize(
    ("programme_id", "granted", "parts"),
    [
        ("young-star-2018", "100000", ["100000.00"]),
        ("outstanding-youth-2018", "1000000", ["500000.00", "500000.00"]),
        ("innovation-team-2018", "7000000", ["2800000.00", "2800000.00", "1400000.00"]),
    ],
)
def test_the_instalments_come_to_what_was_granted_and_each_is_paid_once(
    programme_id: str, granted: str, parts: list[str]
) -> None:
    history = History()
    found: list[Award] = []
    for number, _ in enumerate(parts, 1):
        outcome = released(programme_id, number, granted, history)
        assert outcome.declined == ()
        (award,) = outcome.awards
        history = history.with_award(award)
        found.append(award)
    assert [award.amount for award in found] == [Decimal(part) for part in parts]
    assert sum((award.amount or Decimal(0) for award in found), Decimal(0)) == Decimal(granted)
    again = released(programme_id, 1, granted, history)
    assert (again.awards, [each.reason for each in again.declined]) == ((), ["already-awarded"])


def test_a_later_instalment_says_what_came_before_and_that_it_is_itself_paid_once() -> None:
    (first,) = released("outstanding-youth-2018", 1, "1000000", History()).awards
    (second,) = released("outstanding-youth-2018", 2, "1000000", History().with_award(first)).awards
    said = "".join(sentences(second.steps))
    assert "第 2 期只拨付一次。此前没有。" in said
    assert "此前已计：2018-07-02 500,000.00 元" in said
    assert "只资助一次" not in said, "it would contradict the instalment that was paid before"


def test_what_was_granted_beyond_the_text_is_cut_by_the_ceiling_of_all_instalments() -> None:
    (award,) = released("innovation-team-2018", 1, "40000000", History()).awards
    assert award.amount == Decimal("10000000.00")
