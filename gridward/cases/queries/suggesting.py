"""Which categories a text may mean. It proposes; a person decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from gridward.cases.actions.reference import reference_rows
from gridward.cases.models import Category, CategoryHelp
from gridward.core.suggest.likeness import likely_rows
from gridward.core.suggest.linear import LinearModel
from gridward.core.suggest.words import as_words

MOST = 3
MOST_READ = 2000
WORTH_SAYING = 0.1


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category, and the words of the text that spoke for it."""

    category: Category
    because: tuple[str, ...]


@dataclass(frozen=True)
class Help:
    """At most ``MOST`` suggestions; ``is_sure`` only of what was learnt from closed cases."""

    rows: list[Suggestion] = field(default_factory=list)
    is_sure: bool = False
    tells: list[dict[str, str]] = field(default_factory=list)


def suggest(district_id: int, text: str, among: Sequence[Category]) -> Help:
    """What was learnt, where it is sure enough; else what the names and synonyms of the categories say."""
    text = text[:MOST_READ]
    learnt = _by_learning(district_id, text, among)
    rows = learnt or by_names(text, among)
    return Help(rows, bool(learnt), _tells([row.category for row in rows]))


def help_for(district_id: int, words: str) -> Help | None:
    """For somebody who writes a case down: of all that can be reported."""
    if not words.strip():
        return None
    rows = Category.objects.filter(district_id=district_id, is_in_use=True).exclude(kind=Category.Kind.COMPONENT)
    return suggest(district_id, words, list(rows))


def _by_learning(district_id: int, text: str, among: Sequence[Category]) -> list[Suggestion]:
    """None when unsure."""
    newest = newest_help(district_id)
    if newest is None:
        return []
    model, known = loaded(newest), {category.pk: category for category in among}
    guesses = [guess for guess in model.guesses(text) if guess.category in known]
    if not model.is_sure(guesses):
        return []
    worth = [guess for guess in guesses[:MOST] if guess.probability >= WORTH_SAYING]
    return [Suggestion(known[guess.category], guess.because) for guess in worth]


def newest_help(district_id: int) -> int | None:
    """The training that is in use."""
    rows = CategoryHelp.objects.filter(district_id=district_id, is_used=True).order_by("-trained_at", "-pk")
    return rows.values_list("pk", flat=True).first()


@lru_cache(maxsize=4)
def loaded(pk: int) -> LinearModel:
    """The weights of a training; a row never changes, so every process reads it once."""
    return LinearModel.from_bytes(bytes(CategoryHelp.objects.values_list("weights", flat=True).get(pk=pk)))


def by_names(text: str, among: Sequence[Category], most: int = MOST) -> list[Suggestion]:
    """What the names and synonyms of the categories say."""
    rows = likely_rows(text, [(category, named_by(category)) for category in among], most)
    return [Suggestion(row.entry, tuple(as_words(text, row.shared))) for row in rows]


def ranked_by_names(among: Sequence[Category]) -> Callable[[str], list[int]]:
    """The ids that names alone propose for a text: what learning has to beat."""
    entries = [(category.pk, named_by(category)) for category in among]
    return lambda text: [row.entry for row in likely_rows(text, entries, MOST)]


def named_by(category: Category) -> str:
    """Everything that a category is called, and what people say for one that is easily confused."""
    names = (category.public_zh, category.name_zh, category.public_en, category.name_en, category.synonyms)
    return " ".join([*names, *(row["words_zh"] for row in _confused(category))])


def _confused(category: Category) -> list[dict[str, str]]:
    return confusions().get(category.code, []) if category.kind == Category.Kind.EVENT else []


@cache
def confusions() -> dict[str, list[dict[str, str]]]:
    """Rows of confusions.csv by the code that was proposed."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in reference_rows("confusions.csv"):
        found.setdefault(row["code"], []).append(row)
    return found


def _tells(chosen: Sequence[Category]) -> list[dict[str, str]]:
    """How to tell two of the suggestions, or the first and another category, apart."""
    codes = {category.code for category in chosen}
    rows = [row for category in chosen for row in _confused(category)]
    return [row for row in rows if row["other"] in codes or (chosen and row["code"] == chosen[0].code)][:2]
