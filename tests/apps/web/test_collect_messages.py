"""Messages are found wherever they stand, and a missing Chinese one does not pass."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message

from gridward.web import messages

TEMPLATE = """{% load i18n %}<p title="{% translate "In a tag" %}">{% translate "Kept" as kept %}</p>
    {% blocktranslate trimmed with name=person.name %}
        Hello {{ name }},
        welcome.
    {% endblocktranslate %}
{% blocktranslate count n=n %}One case{% plural %}{{ n }} cases{% endblocktranslate %}
{{ _("In a variable")|upper }} {% if x == _("In a condition") %}{% endif %}
{% comment %}{% translate "Not this" %}{% endcomment %}
{% translate "May" context "month" %}"""
SOURCE = """from django.utils.translation import gettext as _, ngettext, pgettext
a = _("In Python")
b = ngettext("%(n)s day", "%(n)s days", 2)
c = pgettext("verb", "File")
"""


def found(path: Path) -> set[object]:
    return {(message, context) for message, context in messages.found_in(path)}


def test_every_way_of_a_template_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(TEMPLATE, "utf-8")
    assert found(page) == {
        ("In a tag", None),
        ("Kept", None),
        ("Hello %(name)s, welcome.", None),
        (("One case", "%(n)s cases"), None),
        ("In a variable", None),
        ("In a condition", None),
        ("May", "month"),
    }


def test_every_way_of_python_is_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(SOURCE, "utf-8")
    assert found(module) == {("In Python", None), (("%(n)s day", "%(n)s days"), None), ("File", "verb")}


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (Message("Case", "案卷"), ""),
        (Message("Case", ""), "has no Chinese"),
        (Message("Case", "案卷", flags={"fuzzy"}), "is marked fuzzy"),
        (Message("%(n)s m", "米"), "has other placeholders in Chinese"),
        (Message("{n} m", "{m} 米"), "has other placeholders in Chinese"),
        (Message(("%(n)s day", "%(n)s days"), ("%(n)s 天",)), ""),
        (Message(("%(n)s day", "%(n)s days"), ("",)), "has no Chinese"),
    ],
)
def test_what_is_wrong_is_named(message: Message, problem: str) -> None:
    assert messages.wrong_with(message) == problem


def test_the_shell_is_complete_in_both_languages() -> None:
    assert list(messages.complaints(messages.PACKAGE / "web")) == []


def test_collecting_again_changes_nothing() -> None:
    path = messages.po_path(messages.PACKAGE / "web")
    before = path.read_bytes()
    messages.extract_all([messages.PACKAGE / "web"])
    assert path.read_bytes() == before


def test_one_message_has_one_chinese_in_all_apps(tmp_path: Path) -> None:
    for app, word in (("grids", "责任单位"), ("cases", "承办单位"), ("work", "承办单位")):
        folder = tmp_path / app
        (folder / "locale" / messages.LOCALE / "LC_MESSAGES").mkdir(parents=True)
        (folder / "pages.py").write_text('_("Responsible body")', "utf-8")
        messages.po_path(folder).write_text(f'msgid "Responsible body"\nmsgstr "{word}"\n', "utf-8")
    folders = [tmp_path / app for app in ("grids", "cases", "work")]
    assert len(list(messages.spoken_twice(folders))) == 1
    assert list(messages.spoken_twice(folders[1:])) == []
