"""Replies in plain words: offered filled, read and changed by a person, written by who leads the centre."""

from collections.abc import Callable

import pytest
from django.test import Client

from gridward.audit.models import Entry
from gridward.cases.models import Case, ReplyTemplate
from gridward.cases.queries.replies import FIELD_OF, LANGUAGES, all_words, reply_for, shipped, words_for
from gridward.core.errors import RuleBroken
from gridward.core.feedback.replies import BLANK, VARIABLES, check_words, filled
from gridward.core.workflow.parse import load
from gridward.work import clock
from tests.apps.cases.scene import Scene
from tests.apps.cases.test_tell_reporter import closed_by

WORDS = {"zh": "您{反映日期}说的{事项}修好了：{办理结果}", "en": "Your {category} of {told_on}: {result}"}


def form_of(client: Client, scene: Scene, case: Case, move: str) -> str:
    with clock.standing_at(scene.now):
        page = client.get(f"/cases/{case.number}/moves/{move}/")
    return str(page.context["form"][FIELD_OF[move]].value())


def write(client: Client, scope: str = "all", move: str = "close", **changes: str) -> int:
    return client.post(f"/cases/replies/{move}/?scope={scope}", WORDS | changes).status_code


def test_the_form_offers_the_words_filled_and_a_blank_is_never_sent(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case = scene.brought_to("handling")
    assert form_of(client_of("ben"), scene, case, "finish") == f"已到现场处理：{BLANK}"
    assert scene.refusal(case, "ben", "finish", result=f"已处理：{BLANK}") == "case.reply_has_blanks"
    for _, who, move in scene.ROAD[4:-1]:
        case = scene.make(case, who, move)
    cai = client_of("cai")
    offered = form_of(cai, scene, case, "close")
    assert (
        "3月4日" in offered
        and "市政设施维护处：灯已修好。" in offered
        and BLANK not in offered
        and "柳荫巷口" not in offered
    )
    with clock.standing_at(scene.now):
        again = closed_by(cai, case, words_view="both", reply="改坏了")
        words = again.context["form"]["reply"].value()
        assert again.status_code == 200 and offered in words and "City Maintenance" in words and "改坏了" not in words
        assert closed_by(cai, case, reply=offered).status_code == 302
    case.refresh_from_db()
    assert case.state == "closed"


def test_own_words_by_matter_come_first_in_versions_and_are_taken_back(
    scene: Scene, client_of: Callable[[str], Client]
) -> None:
    case, zhao = scene.brought_to("pending_close"), client_of("zhao")
    of_kind = f"category:{case.category_id}"
    assert write(zhao, zh="所有的都是这句{事项}") == 302 and write(zhao, "family:city_management") == 302
    assert (words_for(case, "close").scope, words_for(case, "close").n) == ("family:city_management", 1)
    assert (
        write(zhao, of_kind) == 302
        and write(zhao, of_kind) == 302
        and write(zhao, of_kind, zh="第二版{事项}！！") == 302
    )
    assert [row.n for row in ReplyTemplate.objects.filter(scope=of_kind).order_by("n")] == [1, 2], (
        "the same is no version"
    )
    assert form_of(client_of("cai"), scene, case, "close") == "第二版路灯不亮！！"
    back = f"/cases/replies/close/2/take-back/?scope={of_kind}"
    assert [zhao.post(back).status_code for _ in range(2)] == [302, 302]
    assert form_of(client_of("cai"), scene, case, "close").startswith("您3月4日说的路灯不亮修好了")
    assert sorted(Entry.objects.filter(verb__endswith="_reply").values_list("verb", flat=True)) == [
        "cases.take_back_reply",
        *["cases.write_reply"] * 4,
    ]
    read = client_of("deng").get("/cases/replies/").content.decode()
    assert "所有的都是这句" in read and "?scope=" not in read


def test_who_may_write_what(scene: Scene, client_of: Callable[[str], Client]) -> None:
    zhao = client_of("zhao")
    shown = zhao.post("/cases/replies/close/?scope=family:help", {"_review": "1", **WORDS}).content.decode()
    assert "灯已修好，晚上亮了。" in shown and not ReplyTemplate.objects.exists()
    assert write(zhao, zh="{诉求人姓名}您好") == 422 and write(zhao, en="Your lamp} is lit") == 422
    chosen = zhao.get("/cases/replies/", {"move": "close", "scope": "family:help"})
    assert chosen["Location"] == "/cases/replies/close/?scope=family%3Ahelp"
    for where in ("dispatch/", "close/?scope=category:1", "close/?scope=family:nobody", "close/?scope=category:x"):
        assert zhao.get(f"/cases/replies/{where}").status_code == 404, where
    assert [write(client_of(name)) for name in ("cai", "deng", "finn", "hui")] == [404] * 4
    assert not ReplyTemplate.objects.exists()


def test_the_words_that_come_along_fit_every_move(scene: Scene) -> None:
    table, case = load("seven_stages@2"), scene.brought_to("pending_close")
    for move, field in FIELD_OF.items():
        assert field in (*table.move(move).needs, *table.move(move).may) and (move, "all") in shipped()
    for words in shipped().values():
        for language in LANGUAGES:
            check_words(words.zh + words.en)
            told = reply_for(case, words, language, scene.now)
            assert len(told) > 6 and "{" not in told and "安丽华" not in told
    assert len(all_words(scene.town.district.pk)) == len(FIELD_OF)


def test_what_stands_in_braces_is_of_the_closed_list() -> None:
    everything = "".join(f"{{{one.code}}}{{ {one.zh} }}" for one in VARIABLES)
    check_words(everything)
    assert filled(everything, {}) == BLANK * 2 * len(VARIABLES)
    assert filled("{编号}{number}", {"number": "7{result}"}) == "7{result}7{result}", "filled once"
    for wrong in ("{phone}", "{", "}{", "{}", "{number"):
        with pytest.raises(RuleBroken):
            check_words(wrong)
