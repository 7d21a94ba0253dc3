"""Thirty guides, each complete in both languages."""

from collections import Counter

FIELDS = {
    "title": str,
    "summary": str,
    "who": str,
    "papers": list,
    "where": str,
    "how_long": str,
    "fee": str,
    "law": list,
    "steps": list,
    "community_does": str,
    "community_does_not": str,
}


def test_there_are_thirty_guides_with_codes_of_their_own(guides):
    assert len(guides) == 30
    for field in ("code", "sort_key", "phone"):
        assert Counter(guide[field] for guide in guides).most_common(1)[0][1] == 1


def test_every_guide_is_complete_in_both_languages(guides, has_han):
    for guide in guides:
        for language in ("zh", "en"):
            assert set(guide[language]) == set(FIELDS), guide["code"]
            for field, kind in FIELDS.items():
                value = guide[language][field]
                assert isinstance(value, kind) and value, (guide["code"], field)
                texts = value if kind is list else [value]
                if language == "en":
                    assert not any(has_han(text) for text in texts), (guide["code"], field)


def test_both_languages_give_the_same_steps_papers_and_laws(guides):
    for guide in guides:
        for field in ("steps", "papers", "law"):
            assert len(guide["zh"][field]) == len(guide["en"][field]), (guide["code"], field)


def test_every_guide_leads_to_a_category(guides, categories):
    for guide in guides:
        key = guide["category"]
        assert (key["scheme"], key["kind"], key["code"]) in categories, guide["code"]


def test_every_guide_is_found_by_spoken_words(guides):
    for guide in guides:
        assert len(guide["search_words"]) >= 2, guide["code"]
    words = {word for guide in guides for word in guide["search_words"]}
    assert {"孩子上学", "房东不退押金"} <= words


def test_every_guide_has_steps_and_a_number_that_cannot_be_dialled(guides):
    for guide in guides:
        assert len(guide["zh"]["steps"]) >= 4, guide["code"]
        assert guide["phone"].startswith("0000-"), guide["code"]


def test_the_residence_permit_guide_keeps_to_the_regulation(guides):
    guide = next(g for g in guides if g["code"] == "residence-permit")["zh"]
    assert "半年" in guide["who"] and "十五日" in guide["how_long"] and "不收钱" in guide["fee"]
    assert guide["law"] == ["居住证暂行条例"]
