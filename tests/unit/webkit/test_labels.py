"""What the fields of a form are called is read off its page, as whoever looks at it reads it."""

from shared.webkit.labels import labels_in

PAGE = """
<form><input type="hidden" name="version" value="3">
<table><tr><th><label for="a">场地面积</label> <small>平方米</small></th><td><input id="a" name="typed:area"></td></tr></table>
<label>类别 <small>只选一项</small><select name="kind"><option value="">请选择</option><option value="z" selected>众创空间</option>
<option>其他</option></select></label>
<label>说明 <textarea name="why">以前写的</textarea></label>
<fieldset><legend>意见</legend><label><input type="radio" name="said" value="yes"> 推荐</label>
<label><input type="radio" name="said" value="no" checked> 不推荐</label></fieldset>
<input type="checkbox" name="ids" value="7" aria-label="选择 样例单位"><input name="only" aria-label="只有朗读的名称">
</form>
"""


def test_each_field_has_the_name_of_its_label_without_hints_and_what_was_typed() -> None:
    assert labels_in(PAGE).titles == {
        "typed:area": "场地面积", "kind": "类别", "why": "说明", "said": "意见", "ids": "选中", "only": "只有朗读的名称",
    }  # fmt: skip


def test_what_was_chosen_is_called_as_the_choice_is() -> None:
    labels = labels_in(PAGE)
    chosen = [("kind", "z"), ("said", "no"), ("ids", "7"), ("why", "z")]
    assert [labels.said(*each) for each in chosen] == ["众创空间", "不推荐", "选择 样例单位", "z"]


def test_a_page_without_a_form_names_nothing() -> None:
    assert labels_in("<h1>没有</h1></label></select></fieldset>").titles == {}
