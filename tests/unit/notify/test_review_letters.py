"""Letters to experts: how much, by when, how to step back, and nothing of others."""

from shared.contracts.incubator import ReviewReleased, ReviewsAssigned, ReviewsDue
from tests.unit.notify.test_letters import example, words, write


def test_an_expert_is_told_how_much_by_when_and_how_to_step_back_and_no_unit_before_he_logs_in() -> None:
    parts = write(example(ReviewsAssigned))
    for text in (parts.text, words(parts.html)):
        for said in (
            "尊敬的评审专家",
            "2019年度科技企业孵化器考评",
            "6 家",
            "2019年12月13日24:00",
            "申请回避",
            "利害关系",
        ):
            assert said in text
    assert 'href="https://miaopu.example.cn/incubator/reviews"' in parts.html
    assert "截止" not in "".join(write(example(ReviewsAssigned, until=None)))


def test_an_expert_is_reminded_of_what_is_open_and_told_when_its_last_day_has_passed() -> None:
    parts = write(example(ReviewsDue))
    for text in (parts.subject, parts.text, words(parts.html)):
        assert "还有 2 家" in text or "尚有 2 家" in text
        assert "过期" not in text
    late = write(example(ReviewsDue, stage="overdue"))
    assert "已过截止日期" in late.subject
    assert "现在完成仍然有效" in late.text


def test_who_is_out_of_a_review_learns_which_one_by_whose_wish_and_what_he_still_has() -> None:
    own, office = write(example(ReviewReleased, outcome="conflict")), write(example(ReviewReleased, units=0))
    assert "您申请的回避已经登记" in own.text
    assert "其余的 5 家单位不受影响" in own.text
    assert "项目办公室调整了评审安排" in office.text
    assert "没有其他需要评审的单位" in office.text
    for parts in (own, office):
        assert "“样例众创空间 12”不再由您评审" in parts.text
        assert "“样例众创空间 12”不再由您评审" in words(parts.html)
