"""What is wrong with what was sent is said in Chinese, by field."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from shared.core.invalid import problems


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")
    year: int = Field(default=2018, ge=2000, le=2100)
    kind: Literal["incubator", "makerspace"] = "incubator"
    on: date | None = None
    amount: Decimal = Field(default=Decimal(0), decimal_places=2)
    name: str = Field(default="样", min_length=1, max_length=3, pattern="^样")
    rows: list[dict[str, int]] = Field(default_factory=list, max_length=1)
    accepted: bool = True
    when: str = "x"

    @field_validator("when")
    @classmethod
    def _known(cls, when: str) -> str:
        if when != "x":
            raise ValueError("截止时间已过")
        return when


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"year": "二〇一八"}, {"year": "应为整数"}),
        ({"year": 1999}, {"year": "应不小于 2000"}),
        ({"kind": "x"}, {"kind": "应为 incubator、makerspace 之一"}),
        ({"on": "2018-02-30"}, {"on": "应为日期，如 2018-12-20"}),
        ({"amount": "1.234"}, {"amount": "小数至多 2 位"}),
        ({"name": ""}, {"name": "至少 1 个字"}),
        ({"name": "样样样样"}, {"name": "至多 3 个字"}),
        ({"name": "x"}, {"name": "格式不对"}),
        ({"rows": [{"a": "x"}]}, {"rows.0.a": "应为整数"}),
        ({"rows": [{}, {}]}, {"rows": "至多 1 项"}),
        ({"accepted": "也许"}, {"accepted": "应为 true 或 false"}),
        ({"more": 1}, {"more": "是不认识的字段"}),
        ({"when": "y"}, {"when": "截止时间已过"}),
        ({"year": "x", "kind": "y"}, {"year": "应为整数", "kind": "应为 incubator、makerspace 之一"}),
    ],
)
def test_each_wrong_field_is_named_with_what_to_do(given: dict[str, Any], said: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        Form.model_validate(given)
    errors = [{**error, "loc": ("body", *error["loc"])} for error in caught.value.errors()]
    assert problems(errors) == said


def test_what_has_no_words_yet_is_said_all_the_same() -> None:
    assert problems([{"loc": ("body",), "type": "new_type", "msg": "Odd"}]) == {"正文": "不符合要求（Odd）"}
