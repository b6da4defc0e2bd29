"""What an account has to say before money is sent to it. Pure: texts in, problems by field out."""

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from shared.reading.sent_text import problem_of

LEAST_DIGITS, MOST_DIGITS = 9, 30
"""No standard fixes how long the number of an organisation's account is; each bank has its own length in between."""
_APART = re.compile(r"[\s\-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
SHOWN_DIGITS = 4
LABELS = {
    "holder": "户名",
    "bank": "开户银行",
    "branch": "开户网点",
    "number": "账号",
    "explanation": "户名不一致的说明",
}
MOST_CHARACTERS = {"holder": 200, "bank": 100, "branch": 200, "number": 60, "explanation": 1000}
"""By field, as they are typed; a number may be typed in groups."""


class Account(NamedTuple):
    """An account as it is kept: names in one line, the number as digits alone."""

    holder: str
    bank: str
    branch: str
    number: str
    explanation: str


def typed_account(typed: Mapping[str, str]) -> Account:
    """What was typed, with the spaces people group digits by taken out and full-width digits read as digits."""
    lines = {name: " ".join(_CONTROL.sub(" ", typed.get(name, "")).split()) for name in LABELS}
    number = _APART.sub("", unicodedata.normalize("NFKC", lines["number"]))
    return Account(**{**lines, "number": number})


def same_name(holder: str, organisation: str) -> bool:
    """Whether both are the same name: brackets and letters of either width, spaces aside."""
    return _bare(holder) == _bare(organisation)


def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def problems_of(account: Account, organisation: str) -> dict[str, str]:
    """By field, what is wrong and what to do; a holder of another name has to be explained, and only then."""
    found = {
        name: f"请填写{LABELS[name]}" for name in ("holder", "bank", "branch", "number") if not getattr(account, name)
    }
    for name, most in MOST_CHARACTERS.items():
        written: str = getattr(account, name)
        if len(written) > most:
            found[name] = f"{LABELS[name]}至多 {most} 字"
        elif wrong := problem_of(written):
            found[name] = f"{LABELS[name]}：{wrong}"
    if "number" not in found:
        found |= _number_problem(account.number)
    if "holder" not in found and not same_name(account.holder, organisation) and not account.explanation:
        found["explanation"] = f"户名与单位名称“{organisation}”不一致：请核对户名；确实不同的，在这里说明原因"
    return found


def _number_problem(number: str) -> dict[str, str]:
    if not (number.isascii() and number.isdecimal()):
        return {"number": "账号只有数字，请核对是否有字母、汉字或其他符号"}
    if not LEAST_DIGITS <= len(number) <= MOST_DIGITS:
        return {"number": f"账号有 {len(number)} 位，应为 {LEAST_DIGITS} 至 {MOST_DIGITS} 位，请对照开户许可证核对"}
    if len(set(number)) == 1:
        return {"number": "账号的各位数字全都相同，请对照开户许可证核对"}
    return {}


def masked(number: str) -> str:
    """The number as those see it who need not know it: its last four digits."""
    return f"**** {number[-SHOWN_DIGITS:]}"


def grouped(number: str) -> str:
    """The number in groups of four, as people compare it with their bank's letter."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
