"""The form of a move, made from the fields that the workflow table asks for."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridward.accounts.models import Body
from gridward.cases.forms.filters import family_name
from gridward.cases.models import Case, Category, WaitingPhoto
from gridward.cases.queries.choices import (
    bodies_for,
    categories_of,
    earlier_nearby,
    handlers_for,
    inspectors_for,
    standards_of,
    verifiers_for,
)
from gridward.cases.queries.duplicates import likely_duplicates, told_by
from gridward.cases.queries.persons import IN_HAND, Person, Persons, persons_for
from gridward.cases.queries.routing import route_of
from gridward.cases.queries.starting import Start, Starts
from gridward.cases.words import away_words, limit_words, reasons_said, why_this_person
from gridward.core.dispatch.rules import Route
from gridward.core.workflow.moves import fields_needed
from gridward.core.workflow.table import Field, Move, Table
from gridward.files.storing import Prepared, prepare
from gridward.web.forms import PlainForm, style_widgets
from gridward.web.moments import is_chinese, moment

PHOTO_FIELDS = ("photo", "before_photo", "after_photo")
MOST_TEXT, MOST_DIGITS, MOST_DIGITS_OF_YUAN = 2000, 19, 10


def named(row: Any) -> str:
    """A row's name in the reader's language."""
    return str(row.name_zh if is_chinese() else row.name_en)


class NamedChoice(forms.ModelChoiceField):
    """Rows shown by a function of ours."""

    def __init__(self, *args: Any, shown: Callable[[Any], str] = named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = shown

    def label_from_instance(self, row: Any) -> str:
        return self.shown(row)


class PhotosInput(forms.ClearableFileInput):
    """Several pictures, taken by the phone's camera or chosen."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Pictures, taken in and cleaned one by one; each refusal is the field's own error."""

    widget = PhotosInput(attrs={"accept": "image/*", "multiple": True})
    takes_papers = False

    def clean(self, data: Any, initial: Any = None) -> list[Prepared]:
        uploads: Iterable[Any] = data if isinstance(data, (list, tuple)) else [data] if data else []
        files = [upload for upload in uploads if upload]
        if self.required and not files:
            raise forms.ValidationError(_("Please add a photo."), code="required")
        return [prepare(upload, papers=self.takes_papers) for upload in files]


class PapersField(PhotosField):
    """Papers beside the case: kept as they are, handed over as they are."""

    widget = PhotosInput(attrs={"accept": ".pdf,.docx,.wps,.xlsx,.ofd,.doc,.xls,image/*", "multiple": True})
    takes_papers = True


def category_name(row: Any) -> str:
    return f"{row.code} {named(row)}"


def standard_name(row: Any) -> str:
    """What must be so, and by when it must be done."""
    filing = row.filing_zh if is_chinese() else row.filing_en
    return f"{filing} — {limit_words(row.limit_value, row.limit_unit)}"


class GroupedCategories(NamedChoice):
    """Categories under the names of their families and major classes, narrowed to words when some are given."""

    def __init__(self, rows: QuerySet[Category], *, words: str = "", keep: int | None = None, **kwargs: Any) -> None:
        super().__init__(rows, shown=category_name, **kwargs)
        found = rows
        for word in words.split()[:4]:
            found = found.filter(
                Q(name_zh__contains=word) | Q(name_en__icontains=word) | Q(public_zh__contains=word)
                | Q(public_en__icontains=word) | Q(synonyms__contains=word) | Q(code__startswith=word)
                | Q(major_zh__contains=word)
            )  # fmt: skip
        groups: dict[str, list[tuple[Any, str]]] = {}
        for row in found.order_by("family", "sort_key") if not words else found | rows.filter(pk=keep):
            groups.setdefault(group_name(row), []).append((row.pk, category_name(row)))
        self.widget.choices = [("", "—"), *groups.items()]


def group_name(row: Category) -> str:
    """``City management · Street order``."""
    major = row.major_zh if is_chinese() else row.major_en
    return f"{family_name(row.family)} · {major}" if major else family_name(row.family)


def why_this_body(case: Case, sent: Route) -> str:
    """Why a responsible body is chosen beforehand."""
    row = case.category
    if sent.is_of_component:
        said = {"component": case.component.name or case.component.code}
        return _("It looks after the component %(component)s; this goes before all rules. It may be changed.") % said
    if sent.rule:
        return _("Proposed by routing rule %(rule)s. It may be changed.") % {"rule": sent.rule}
    told = {"category": named(row), "body": named(row.default_body)}
    return _("By the list of responsibilities, “%(category)s” belongs to %(body)s. It may be changed.") % told


def start_words(start: Start | None) -> str:
    """When a clock would start and end, after the name of a body."""
    if start is None:
        return ""
    told = {"start": moment(start.begins_at), "due": moment(start.due_at)}
    if start.is_now:
        return _(" — starts at once, due %(due)s") % told
    return _(" — starts %(start)s, due %(due)s") % told


def _with_work(one: Person) -> str:
    """A name with what is open in these hands now: to spread the work, kept nowhere; or that they are away."""
    name, n = one.user.name, one.candidate.open_work
    if one.absence is not None:
        return f"{name} — {away_words(one.absence)}"
    return ngettext("%(name)s — %(n)s open", "%(name)s — %(n)s open", n) % {"name": name, "n": n}


def case_name(row: Case) -> str:
    return f"{row.number} {row.place}"


def _text(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
    return forms.CharField(
        required=required, max_length=MOST_TEXT, min_length=field.min_length or None,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


def _reply(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
    """With what a reply of this category should say."""
    made, kind = _text(field, required, case, at), case.category
    made.help_text = kind.reply_hint_zh if is_chinese() else kind.reply_hint_en
    made.widget.attrs["rows"] = 6
    return made


def _date(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
    return forms.DateField(required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _photos(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
    return PhotosField(required=required)


def _papers(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
    taken = _("PDF, OFD, Word, WPS or Excel without macros, or a scan; at most 20 MB each.")
    return PapersField(required=required, help_text=taken)


def _tick(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
    return forms.BooleanField(required=required)


def _closing(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
    standard = case.standard
    text = (standard.closing_zh if is_chinese() else standard.closing_en) if standard else ""
    return forms.BooleanField(required=required, help_text=text)


def _choice(rows: Callable[[Case, datetime], Any], shown: Callable[[Any], str] = named) -> Callable[..., forms.Field]:
    def make(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
        found = rows(case, at)
        field = NamedChoice(found, required=required, shown=shown, empty_label=_("Choose"))
        if required and len(found[:2]) == 1:
            field.initial = found[0].pk
        return field

    return make


def _solved(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
    choices = [("", _("No answer")), ("yes", _("Yes, it is solved")), ("no", _("No, not yet"))]
    return forms.ChoiceField(required=required, choices=choices, widget=forms.RadioSelect)


def _stars(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
    words = (_("Very content"), _("Content"), _("So-so"), _("Not content"), _("Not content at all"))
    choices = [("", _("No answer")), *((str(5 - i), word) for i, word in enumerate(words))]
    return forms.ChoiceField(required=required, choices=choices, widget=forms.RadioSelect)


def _supervision(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
    choices = [("timeout", _("Late")), ("leader", _("Asked by a leader")), ("important", _("Important matter"))]
    return forms.ChoiceField(required=required, choices=choices)


def _money(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
    """Yuan with two decimals; ``given`` makes whole fen of it."""
    return forms.DecimalField(
        required=required, max_digits=MOST_DIGITS_OF_YUAN, decimal_places=2,
        help_text=_("To take back an entry that was wrong, enter the amount with a minus."),
    )  # fmt: skip


MAKERS: dict[str, Callable[[Field, bool, Case, datetime], forms.Field]] = {
    "photo": _photos,
    "before_photo": _photos,
    "after_photo": _photos,
    "paper": _papers,
    "for_reporter": _tick,
    "cost_fen": _money,
    "until": _date,
    "review_on": _date,
    "reply_by": _date,
    "duplicates_checked": _tick,
    "closing_condition": _closing,
    "reply": _reply,
    "solved": _solved,
    "satisfied": _stars,
    "supervision_kind": _supervision,
    "body": _choice(lambda case, at: bodies_for(case)),
    "handler": _choice(handlers_for, lambda user: user.name),
    "verifier": _choice(verifiers_for, lambda user: user.name),
    "inspector": _choice(inspectors_for, lambda user: user.name),
    "filing_condition": _choice(standards_of, standard_name),
}


def _merging(seen: QuerySet[Case]) -> Callable[..., forms.Field]:
    """Earlier cases nearby; those that are probably the same say why."""

    def make(field: Field, required: bool, case: Case, at: datetime) -> forms.Field:
        likely = {one.case.pk: one.alike for one in likely_duplicates(told_by(case), seen)}

        def shown(row: Case) -> str:
            why = reasons_said(likely[row.pk]) if row.pk in likely else ""
            return f"{case_name(row)} — {why}" if why else case_name(row)

        return _choice(lambda case, at: earlier_nearby(case, seen, likely), shown)(field, required, case, at)

    return make


class MoveForm(PlainForm):
    """Fields of one move on one case; ``given()`` is what the action takes. ``seen`` are the viewer's cases."""

    proposes_person = True
    action_uuid = forms.UUIDField(widget=forms.HiddenInput)
    seen_n = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, table: Table, move: Move, case: Case, seen: QuerySet[Case], asked: frozenset[str],
                 at: datetime, waiting: Iterable[WaitingPhoto] = (), **kwargs: Any) -> None:  # fmt: skip
        sent = route_of(case) if "body" in move.needs else None
        initial = {"action_uuid": uuid.uuid4(), "seen_n": case.step_n, "category": case.category_id,
                   "body": sent.body if sent else None} | (kwargs.pop("initial", None) or {})  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        self.move, self.codes = move, (*move.needs, *move.needs_if_asked, *move.may)
        needed = fields_needed(table, move.code, asked)
        self._with_chosen_category(case)
        makers = {**MAKERS, "merged_into": _merging(seen)}
        for code in self.codes:
            required = code in needed
            field = (
                self._categories(case, required) if code == "category"
                else makers.get(code, _text)(table.fields[code], required, case, at)
            )  # fmt: skip
            field.label = table.fields[code].zh if is_chinese() else table.fields[code].en
            self.fields[code] = field
        self.starts: list[tuple[Start, list[Body]]] = []
        if "body" in move.needs:
            self._with_starts(Starts(case, at))
        if sent is not None:
            self.fields["body"].help_text = why_this_body(case, sent)
        self.persons = self._persons(case, at)
        self.waiting = list(waiting)
        for code in {photo.field for photo in self.chosen_photos} & set(self.fields):
            self.fields[code].required = False
        self.order_fields(["find", *self.codes, "action_uuid", "seen_n"])
        style_widgets(self)

    def _categories(self, case: Case, required: bool) -> forms.Field:
        """The select of several hundred categories, with a field to look for one by a word."""
        self.fields["find"] = forms.CharField(required=False, max_length=40, label=_("Look for a category by a word"))
        words = str(self.data.get("find", ""))[:40].replace("\0", "") if self.data else ""
        return GroupedCategories(categories_of(case.district_id), words=words, keep=case.category_id, required=required)

    def _with_chosen_category(self, case: Case) -> None:
        """Show the conditions of the category that was just chosen in the form."""
        chosen = str(self.data.get("category", "")) if self.data else ""
        if chosen.isdecimal() and len(chosen) < MOST_DIGITS and "category" in self.codes:
            case.category_id = int(chosen)

    def _persons(self, case: Case, at: datetime) -> Persons | None:
        """Who may be chosen, each with what is open in their hands, and the one proposed where one is needed."""
        code = next((code for code in self.codes if code in IN_HAND), None)
        field = self.fields.get(code or "")
        if code is None or not isinstance(field, NamedChoice):
            return None
        persons = persons_for(case, list(field.queryset), code, at)
        known = {one.user.pk: one for one in persons.people}
        field.shown = lambda user: _with_work(known[user.pk])
        if persons.proposed and field.required and self.proposes_person:
            field.initial = persons.proposed.user.pk
        field.help_text = why_this_person(persons) if self.proposes_person else ""
        return persons

    def _with_starts(self, starts: Starts) -> None:
        """Each body with when its clock would start and when the case would be due there."""
        field = self.fields["body"]
        assert isinstance(field, NamedChoice)
        field.shown = lambda body: f"{named(body)}{start_words(starts.of(body))}"
        self.starts = starts.grouped(field.queryset)

    @property
    def has_category(self) -> bool:
        """Whether a category is chosen in this form."""
        return "category" in self.codes

    @property
    def asks_day(self) -> bool:
        """Whether a suspension is asked or granted here."""
        return "until" in self.codes

    @property
    def photo_codes(self) -> list[str]:
        """The fields of this form that take photos."""
        return [code for code in self.codes if code in PHOTO_FIELDS]

    @property
    def chosen_photos(self) -> list[WaitingPhoto]:
        """The waiting photos that are ticked; one that came after the form was drawn is ticked from the start."""
        if not self.is_bound:
            return self.waiting
        ticked, shown = (set(self.data.getlist(name)) for name in ("waiting", "waiting_shown"))
        return [one for one in self.waiting if str(one.public_id) in ticked or str(one.public_id) not in shown]

    @property
    def left_out(self) -> set[str]:
        """The waiting photos whose tick was taken away."""
        return {str(one.public_id) for one in self.waiting} - {str(one.public_id) for one in self.chosen_photos}

    def sent_photos(self) -> dict[str, list[Prepared]]:
        """The photos that came in with this form, by field."""
        return {code: self.cleaned_data.get(code) or [] for code in self.photo_codes}

    def given(self) -> dict[str, Any]:
        """The cleaned fields as the action wants them: ids for rows, booleans for yes and no."""
        given = {code: _plain(code, self.cleaned_data.get(code)) for code in self.codes}
        for photo in self.chosen_photos:
            given[photo.field] = [*(given.get(photo.field) or ()), photo]
        return given


def _plain(code: str, value: Any) -> Any:
    if code == "solved":
        return {"yes": True, "no": False}.get(value)
    if code == "cost_fen":
        return None if value is None else int(value * 100)
    if code == "satisfied":
        return int(value) if value else None
    return value.pk if hasattr(value, "pk") else value
