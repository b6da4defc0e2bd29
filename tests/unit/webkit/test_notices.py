"""What was just done is said from a vocabulary: an address brings a word and a number, and never a text."""

import pytest

from shared.webkit.notices import address_with, notice_of, word_of

NOTICES = {"report-accepted": "已受理 {} 份填报。", "round-closed": "填报已截止。"}


@pytest.mark.parametrize(
    ("address", "led_to"),
    [
        ("/reports", "/reports?did=report-accepted.3"),
        ("/reports?state=accepted&round=2018-a", "/reports?state=accepted&round=2018-a&did=report-accepted.3"),
        ("/reports?text=%E5%B2%97#away", "/reports?text=%E5%B2%97&did=report-accepted.3#away"),
    ],
)
def test_an_address_keeps_its_own_query(address: str, led_to: str) -> None:
    assert address_with(address, "report-accepted", 3) == led_to


@pytest.mark.parametrize(
    ("said", "notice"),
    [
        ("report-accepted.3", "已受理 3 份填报。"),
        ("round-closed.1", "填报已截止。"),
        ("", ""),
        ("report-accepted", ""),
        ("report-accepted.", ""),
        ("report-accepted.三", ""),
        ("report-accepted.-3", ""),
        ("report-accepted.1234567", ""),
        ("请把款打到.1", ""),
    ],
)
def test_what_is_no_word_and_number_says_nothing(said: str, notice: str) -> None:
    assert notice_of(NOTICES, said) == notice


def test_of_what_moved_the_first_the_service_has_a_sentence_for_is_said() -> None:
    assert word_of(NOTICES, {"round-closed": 1, "report-accepted": 3}) == ("report-accepted", 3)
    assert word_of(NOTICES, {"letter-sent": 1}) is None
