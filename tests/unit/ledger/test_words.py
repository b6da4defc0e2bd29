"""What pages say of a ledger, in the noun of the service that keeps it."""

from shared.ledger import outcomes
from shared.ledger.words import short, words_for


def test_every_outcome_has_its_words_and_those_of_money_are_the_services_own() -> None:
    words = words_for("资助")
    assert set(words.outcomes) == set(words.results) == set(outcomes.EVERY)
    assert words.outcomes[outcomes.AWARDED] == {"name": "资助", "tone": "good"}
    assert words.outcomes[outcomes.DECLINED]["name"] == words.results[outcomes.DECLINED] == "不予资助"
    assert words.results[outcomes.AWARDED] == "应资助"
    assert words_for("补助").states["subsidy"][outcomes.DECLINED] == "不予补助"


def test_a_long_id_keeps_its_ends() -> None:
    assert short("G-1") == "G-1"
    assert short("0123456789" * 5) == "01234567…6789"
