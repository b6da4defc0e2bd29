"""Numbers that name somebody, in their one form, their check character verified; else a DomainError that says what to
do."""

import re
import unicodedata
from datetime import date
from email.utils import parseaddr

from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength, ValidationError

from shared.core.errors import DomainError

_PHONE = re.compile(r"(\+?86)?(1[0-9]{10})")
_FIXED = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")
MOST_OF_ADDRESS = 254
ID_CHARACTERS = 18


class BadCode(DomainError):
    """A credit code that cannot be one."""

    def __init__(self, given: str, wrong: str) -> None:
        super().__init__("bad-credit-code", f"统一社会信用代码“{given[:40]}”{wrong}")


def credit_code(typed: str) -> str:
    """A 统一社会信用代码 (GB 32100-2015)."""
    given = _one_form(typed)
    try:
        return str(uscc.validate(given))
    except InvalidLength:
        raise BadCode(given, f"有 {len(given)} 位，应为 18 位；请照营业执照填写") from None
    except InvalidChecksum:
        raise BadCode(given, f"的校验码不对，末位按前 17 位应为 {uscc.calc_check_digit(given[:17])}；请核对") from None
    except ValidationError:
        raise BadCode(given, "有不该有的字符：前 8 位是数字，其余不用字母 I、O、S、V、Z；请核对") from None


def id_number(typed: str) -> str:
    """A 公民身份号码 (GB 11643-1999). What was typed is not repeated: the message may be seen by others.

    The place in it is not looked at: it is where somebody was registered first, and places have changed since.
    """
    given = _one_form(typed)
    if len(given) != ID_CHARACTERS:
        told = f"身份证件号码有 {len(given)} 位，应为 {ID_CHARACTERS} 位；请照身份证填写"
        raise DomainError("bad-id-number", told)
    if not (given[:-1].isascii() and given[:-1].isdecimal()):
        raise DomainError("bad-id-number", "身份证件号码应为 17 位数字加 1 位数字或字母 X，请核对")
    if ric.calc_check_digit(given) != given[-1]:
        raise DomainError("bad-id-number", "身份证件号码的校验码不对，请逐位核对")
    try:
        ric.get_birth_date(given)
    except InvalidComponent:
        raise DomainError("bad-id-number", "身份证件号码里的出生日期不对，请逐位核对") from None
    return given


def born_on(number: str) -> date:
    """The birth date an id number says."""
    found: date = ric.get_birth_date(number)
    return found


def is_female(number: str) -> bool:
    """The seventeenth digit is even for women."""
    return int(number[16]) % 2 == 0


def masked(number: str) -> str:
    """As a page shows it: the last four characters alone."""
    return "*" * (len(number) - 4) + number[-4:]


def phone(typed: str) -> str:
    """A mobile number of 11 digits, or a fixed line with its area code."""
    given = re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", typed))
    if found := _PHONE.fullmatch(given.replace("-", "")):
        return found[2]
    if _FIXED.fullmatch(given):
        return given
    raise DomainError("bad-phone", f"“{given[:40]}”不是电话号码；请写 11 位手机号，或带区号的固定电话")


def email(typed: str) -> str:
    given = unicodedata.normalize("NFKC", typed).strip()
    local, at, domain = given.rpartition("@")
    fine = at and local and "." in domain and parseaddr(given)[1] == given and given.isascii()
    if not fine or len(given) > MOST_OF_ADDRESS or any(each.isspace() for each in given):
        raise DomainError("bad-email", f"“{given[:60]}”不是邮箱地址；请核对，例如 name@example.cn")
    return given


def _one_form(typed: str) -> str:
    return "".join(unicodedata.normalize("NFKC", typed).split()).upper()
