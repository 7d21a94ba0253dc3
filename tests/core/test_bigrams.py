"""What an index of pairs answers is what the text itself answers; numbers of people are in neither."""

from hypothesis import example, given
from hypothesis import strategies as st

from gridward.core.search.bigrams import MOST_INDEXED, Phrase, kept_text, phrases_of, tokens_of

LETTERS = "路灯修号楼aB1２ ，-\n"
TEXTS = st.text(alphabet=LETTERS, max_size=24) | st.text(max_size=12)
PEOPLE = ("13812345678", "138 1234 5678", "+86-138-1234-5678", "0731-84512345", "(0731)84512345", "073184512345",
          "84512345", "430102199001011234", "43010219900101123X", "430102 19900101 123x", "430102900101123",
          )  # fmt: skip


def says(tokens: list[str], phrase: Phrase) -> bool:
    """As an index of tokens and their places answers."""
    *whole, last = phrase.tokens
    for at in range(len(tokens) - len(whole)):
        ends = tokens[at + len(whole)]
        if tokens[at : at + len(whole)] == whole and (ends.startswith(last) if phrase.is_prefix else ends == last):
            return True
    return False


def test_a_sentence_becomes_pairs_and_words() -> None:
    kept = kept_text(["修路灯，Ａ座12号楼"])
    assert kept == " 修路灯 a 座 12 号楼 "
    assert tokens_of(kept) == ["修路", "路灯", "灯", "a", "座", "12", "号楼", "楼"]
    assert [phrase.tokens for phrase in phrases_of("修路灯 12号楼 灯")] == [("修路", "路灯"), ("12", "号楼"), ("灯",)]


@example("3AB5号，楼", "号楼")
@example("路灯a", "灯A")
@given(TEXTS, TEXTS)
def test_tokens_and_the_kept_text_answer_alike(text: str, words: str) -> None:
    kept = kept_text([text])
    for phrase in phrases_of(words):
        assert says(tokens_of(kept), phrase) is (phrase.inside in kept), (kept, phrase)


@given(st.text(alphabet="路灯修号楼", min_size=1, max_size=12), st.data())
def test_every_part_of_a_run_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    [phrase] = phrases_of(part)
    assert says(tokens_of(kept_text([f"在{text}"])), phrase)


@given(TEXTS)
def test_the_same_text_twice_is_kept_alike_and_no_token_has_a_quote(text: str) -> None:
    kept = kept_text([text])
    assert kept_text([kept]) == kept
    assert not any(set(token) & set("'\"\\ *") for token in tokens_of(kept))


def test_phones_and_identity_numbers_are_in_no_index() -> None:
    for number in PEOPLE:
        kept = kept_text([f"请打{number}，张先生", number])
        assert "请打" in kept and not any(token.isdigit() and len(token) > 3 for token in tokens_of(kept)), (
            number,
            kept,
        )
    for number in ("20260301", "12345", "9001072026050600001", "2026050600001", "110", "1200"):
        assert number in tokens_of(kept_text([f"看{number}号"])), number


def test_long_texts_and_long_questions_end_somewhere() -> None:
    assert len(kept_text(["灯" * 3, "路 " * MOST_INDEXED])) <= MOST_INDEXED
    assert len(phrases_of("灯 路 " * 100)) == 2 and len(phrases_of(" ".join(map(str, range(99))))) == 8
    assert phrases_of(" ，。 ") == ()
