"""Explanations as Chinese sentences that a citizen understands, made from the stored steps alone."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from shared.core.exact import ZERO, parse_decimal
from shared.core.money import wan_text, yuan_text
from shared.policy.parameters import value_text

Explanation = Sequence[Mapping[str, Any]]
"""The steps as `explanation_of` makes them and a ledger stores them."""

_DIGITS = "零一二三四五六七八九"
_WHOLE_WAN = Decimal(10_000)


@lru_cache(maxsize=256)
def article_text(article: str | None) -> str:
    """12 -> 第十二条, as the text itself numbers its articles."""
    if article is None or not article.isascii() or not article.isdigit() or int(article) > 999:
        return article or ""
    return f"第{_chinese_number(int(article))}条"


def _chinese_number(number: int) -> str:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "") or _DIGITS[0]


def sentences(explanation: Explanation) -> list[str]:
    """One or more sentences a step, in order; the last says what is due, or why nothing is."""
    return [sentence for step in explanation for sentence in _SENTENCES[step["step"]](step)]


def _in_force(step: Mapping[str, Any]) -> Iterator[str]:
    seen = step["inputs"][0]
    verdict = "在有效期内" if seen["met"] else f"不在有效期（{seen['required']}）内"
    yield f"{step['says']}（{article_text(step['article'])}）。事件日期 {seen['value']}，{verdict}。"


def _conditions(step: Mapping[str, Any]) -> Iterator[str]:
    yield f"{article_text(step['article'])}：{step['says']}。"
    looked = [_condition(seen) for seen in step["inputs"]]
    if looked:
        yield f"核对条件：{'；'.join(looked)}。"


def _condition(seen: Mapping[str, Any]) -> str:
    value, required = _value(seen), _required(seen)
    if seen["met"]:
        return f"{seen['label']}：{value}，符合"
    return f"{seen['label']}：{value}，要求{required}，不符合"


def _required(seen: Mapping[str, Any]) -> str:
    required = str(seen["required"])
    if required in _YES_NO:
        return f"为{_YES_NO[required]}"
    words, _, number = required.partition(" ")
    value = parse_decimal(number)
    if value is not None and seen["unit"] == "yuan":
        return f"{words} {yuan_text(value)}"
    return required if words != required else f"为{required}"


_YES_NO = {"true": "是", "false": "否"}


def _value(seen: Mapping[str, Any]) -> str:
    value = parse_decimal(seen["value"])
    if value is not None and seen["unit"] is not None:
        return value_text(value, seen["unit"])
    return _YES_NO.get(seen["value"], str(seen["value"]))


def _once(step: Mapping[str, Any]) -> Iterator[str]:
    earlier = _earlier(step)
    yield f"{step['says']}。{f'此前已有：{earlier}。' if earlier else '此前没有。'}"


def _earlier(step: Mapping[str, Any]) -> str:
    return "；".join(f"{past['date']} {yuan_text(Decimal(past['amount']))}" for past in step["counted"])


def _amount(step: Mapping[str, Any]) -> Iterator[str]:
    yield f"{article_text(step['article'])}：{step['says']}。"
    sources = [
        f"{seen['label']} {_value(seen)}（{seen['source']}）"
        for seen in step["inputs"]
        if seen["unit"] == "yuan" and step["formula"]
    ]
    if sources and "×" in step["formula"]:
        yield f"计算：{step['formula']}。其中{'；'.join(sources)}。"


def _cap(step: Mapping[str, Any]) -> Iterator[str]:
    yield f"{article_text(step['article'])}：{step['says']}，{_effect(step)}。"


def _limit(step: Mapping[str, Any]) -> Iterator[str]:
    earlier = _earlier(step)
    used = f"此前已计：{earlier}；尚余 {step['formula']}" if earlier else "此前未计，全额可用"
    yield f"{article_text(step['article'])}：{step['says']}。{used}；{_effect(step)}。"


def _effect(step: Mapping[str, Any]) -> str:
    took, after = Decimal(step["took"]), Decimal(step["after"])
    if took == ZERO:
        return f"{yuan_text(after)}没有超过"
    return f"{yuan_text(Decimal(step['before']))}超出的 {yuan_text(took)}不计，余 {yuan_text(after)}"


def _budget(step: Mapping[str, Any]) -> Iterator[str]:
    """What a short budget did to an amount; no article says it, a decision of the office does."""
    yield f"{step['says']}。"
    if step["formula"]:
        yield f"计算：{step['formula']}。"


def _result(step: Mapping[str, Any]) -> Iterator[str]:
    after = Decimal(step["after"])
    due = step["says"].startswith("应") and step["says"].endswith(f" {yuan_text(after)}")
    round_amount = due and after and not after % _WHOLE_WAN
    yield f"{step['says']}{f'，即 {wan_text(after)}' if round_amount else ''}。"


_SENTENCES = {
    "in_force": _in_force,
    "conditions": _conditions,
    "once": _once,
    "amount": _amount,
    "cap": _cap,
    "limit": _limit,
    "budget": _budget,
    "result": _result,
}
