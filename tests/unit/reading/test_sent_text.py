"""What nobody typed is told, and what people type is left alone."""

import pytest

from shared.reading.sent_text import GARBLED, UNSEEN, cannot_be_shown, problem_of


@pytest.mark.parametrize(
    "text",
    [
        "", "属实，合并统计", "第一行\r\n第二行\t表", "2.5 m² · 30° × 4", "××××公司", "····", "Müßig 先生", "École Française",
        "😀 𠮷", "１２０万", "“引号”——破折号……",
    ],
)  # fmt: skip
def test_what_people_type_is_left_alone(text: str) -> None:
    assert problem_of(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "属实，合并统计".encode("gbk").decode("latin-1"),
        "属实".encode("gbk").decode("latin-1"),
        "属实".encode("gbk").decode("utf-8", "replace"),
        "属实".encode().decode("latin-1"),
        "半个\ud83d",
        "x\x85",
    ],
)
def test_text_in_another_encoding_is_garbled(text: str) -> None:
    assert problem_of(text) == GARBLED


@pytest.mark.parametrize("text", ["a\0b", "\x0b", "退格\x08", "\x7f", "\x1b[2J"])
def test_controls_nobody_sees_are_told(text: str) -> None:
    assert problem_of(text) == UNSEEN


def test_only_half_a_character_can_be_shown_on_no_page() -> None:
    assert cannot_be_shown("\udc00")
    assert not cannot_be_shown("\0\ufffd😀")
