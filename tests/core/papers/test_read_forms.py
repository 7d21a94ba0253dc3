"""The file of forms, and placeholders in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridward.core.papers.forms import BadFormsError, load, parse
from gridward.core.papers.sheet import Sheet, names_of, values_of
from gridward.core.papers.words import filled, is_left_out, placeholders, writable

ONE = """
[groups]
centre = ["acceptor"]
[fields]
number = { zh = "编号", en = "Number" }
reason = { zh = "理由", en = "Reason", lines = 3 }
[forms.slip]
zh = "单"
en = "Slip"
after = ["submit"]
roles = ["@centre", "dispatcher"]
rows = [["number"], ["reason"]]
"""


@pytest.mark.parametrize(("old", "new"), [
    ('"dispatcher"', '"nobody"'), ('"@centre"', '"@elsewhere"'), ('["reason"]]', '["colour"]]'),
    ('zh = "理由"', 'zh = "编号"'), ('after = ["submit"]', ""), ('rows = [["number"], ["reason"]]', ""),
])  # fmt: skip
def test_a_file_that_contradicts_itself_is_refused(old: str, new: str) -> None:
    assert [form.code for form in parse(ONE).forms.values()] == ["slip"]
    with pytest.raises(BadFormsError):
        parse(ONE.replace(old, new))


def test_the_packaged_forms_are_whole_in_both_languages() -> None:
    assert len(load().forms) == 13
    for form in load().forms.values():
        letter = form.letter
        assert form.zh and form.en and form.roles and form.signs
        assert bool(letter.zh) == bool(letter.en) == bool(letter.plain_zh) == bool(letter.plain_en) == form.is_letter
        assert all(sign.zh and sign.en for sign in form.signs)
        assert [placeholders(t) for t in letter.zh] == [placeholders(t) for t in letter.en]


@given(st.text(), st.text())
def test_a_value_is_never_read_as_a_pattern(before: str, value: str) -> None:
    text = before.replace("{", "").replace("}", "") + "{{number}}"
    assert filled(text, {"number": value + "{{number}}\\1"}).endswith(value + "{{number}}\\1")


def test_what_is_unknown_stays_and_what_is_empty_is_left_out() -> None:
    assert filled("{{ a }} {{b}}", {"a": "1"}) == "1 {{b}}"
    assert is_left_out("理由：{{reason}}", {"reason": ""}) and not is_left_out("您好", {})
    assert not is_left_out("{{a}}{{b}}", {"a": "", "b": "x"})
    assert writable("a\x00\x0b\ud800b\r\nc\rd") == "ab\nc\nd"


def test_a_template_names_fields_by_code_or_label_and_the_reporter_only_where_it_may() -> None:
    task, report = load().forms["task"], load().forms["report"]
    assert {"number", "案卷编号", "Case number", "sign_2", "签字3", "签字日期1", "标题"} <= set(names_of(task))
    assert "reporter" not in names_of(task) and "联系电话" in names_of(report)
    values = values_of(Sheet(task, "zh", "某区", "1", {"number": "1", "reporter": "名"}, ()))
    assert values["案卷编号"] == values["Case number"] == "1" and "名" not in values.values()
