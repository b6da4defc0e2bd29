"""What is wrong with what was sent, in Chinese and by field."""

from collections.abc import Mapping, Sequence
from typing import Any

WORDS = {
    "missing": "必填",
    "extra_forbidden": "是不认识的字段",
    "json_invalid": "不是有效的 JSON",
    "model_attributes_type": "应为一个对象",
    "model_type": "应为一个对象",
    "dict_type": "应为一个对象",
    "list_type": "应为一个列表",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "至多 {max_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "decimal_type": "应为数字",
    "decimal_parsing": "应为数字",
    "decimal_max_places": "小数至多 {decimal_places} 位",
    "decimal_max_digits": "至多 {max_digits} 位数字",
    "finite_number": "应为有限的数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "date_type": "应为日期，如 2018-12-20",
    "date_parsing": "应为日期，如 2018-12-20",
    "date_from_datetime_parsing": "应为日期，如 2018-12-20",
    "date_from_datetime_inexact": "应为日期，不带时间",
    "datetime_type": "应为时间，如 2018-12-20T09:30:00+08:00",
    "datetime_parsing": "应为时间，如 2018-12-20T09:30:00+08:00",
    "datetime_from_date_parsing": "应为时间，如 2018-12-20T09:30:00+08:00",
    "timezone_aware": "应写明时区",
    "uuid_parsing": "应为编号（UUID）",
    "enum": "应为 {expected} 之一",
    "literal_error": "应为 {expected} 之一",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
}
NOT_FILLED = (WORDS["missing"], WORDS["string_too_short"].format(min_length=1))
"""What is wrong with a field nobody filled in."""
PLACES = ("body", "query", "path", "header", "cookie")


def problems(errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Each field that is wrong, by its path, with what to do about it; the first thing wrong with it stands."""
    found: dict[str, str] = {}
    for error in errors:
        found.setdefault(_name(error["loc"]), _words(error))
    return found


def on_a_page(problem: str) -> str:
    """What a page says beside a field."""
    return "请填写" if problem in NOT_FILLED else problem


def in_a_sentence(label: str, problem: str, between: str = "") -> str:
    """What a page says of a field that is wrong, by what the field is called there."""
    return f"请填写{label}" if problem in NOT_FILLED else f"{label}{between}{problem}"


def _name(where: Sequence[str | int]) -> str:
    parts = where[1:] if where and where[0] in PLACES else where
    return ".".join(map(str, parts)) or "正文"


def _words(error: Mapping[str, Any]) -> str:
    context = error.get("ctx") or {}
    if error["type"] == "value_error":  # our own validators speak Chinese
        return str(context.get("error", error["msg"]))
    if error["type"] == "json_invalid":
        return WORDS["json_invalid"]
    words = WORDS.get(error["type"])
    if words is None:
        return f"不符合要求（{error['msg']}）"
    said = {**context, "expected": str(context.get("expected", "")).replace("'", "").replace(" or ", "、")}
    return words.format_map(said)
