"""Forms of shifts and calendars."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridward.areas.models import Division
from gridward.core.calendar.holidays import DayException, DayKind, parse_days
from gridward.duties.queries.listed import MatterName
from gridward.web.forms import PlainForm
from gridward.web.moments import is_chinese

DAYS = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
PERIOD = re.compile(r"(\d{1,2}:\d{2})\s*[-–—~至到]\s*(\d{1,2}:\d{2})")
MOST_BYTES = 200_000
FIRST_YEAR, LAST_YEAR = 2000, 2100


class ShiftForm(PlainForm):
    """A weekly shift."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=40)
    name_en = forms.CharField(label=_("English name"), max_length=60)
    weekdays = forms.MultipleChoiceField(
        label=_("Weekdays"), choices=[(str(n), day) for n, day in enumerate(DAYS)], widget=forms.CheckboxSelectMultiple
    )
    starts_at = forms.TimeField(label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends_at = forms.TimeField(
        label=_("Ends at"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("Not after the start: next day."),
    )
    follows_calendar = forms.BooleanField(label=_("Off on holidays, on at make-up days"), required=False, initial=True)
    is_duty_roster = forms.BooleanField(label=_("Duty roster: urgent cases go here"), required=False)

    def clean_weekdays(self) -> str:
        chosen = set(self.cleaned_data["weekdays"])
        return "".join("1" if str(n) in chosen else "0" for n in range(7))


def in_the_calendar(day: date) -> date:
    """A day that the page of the calendar can show."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(
            _("The calendar goes from %(first)s to %(last)s."), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return day


class DayForm(PlainForm):
    """One dated exception."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[("holiday", _("Holiday")), ("workday", _("Make-up working day")), ("", _("A day like its weekday"))],
        required=False,
    )
    name_zh = forms.CharField(label=_("Chinese name"), max_length=30, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=40, required=False)

    def clean_day(self) -> date:
        return in_the_calendar(self.cleaned_data["day"])

    def exception(self) -> DayException | None:
        given = self.cleaned_data
        if not given["kind"]:
            return None
        return DayException(DayKind(given["kind"]), given["name_zh"], given["name_en"])


class DaysFileForm(PlainForm):
    """A year's holidays and make-up days as CSV."""

    file = forms.FileField(
        label=_("CSV with day, kind, name_zh, name_en"), widget=forms.FileInput(attrs={"accept": ".csv"}),
        help_text=_("kind is holiday or workday; days are written 2027-01-01."),
    )  # fmt: skip

    def clean_file(self) -> dict[date, DayException]:
        try:
            days = parse_days(self.cleaned_data["file"].read(MOST_BYTES).decode("utf-8-sig"))
        except (ValueError, KeyError, TypeError, UnicodeDecodeError):
            raise forms.ValidationError(_("This file cannot be read as such a list.")) from None
        return {in_the_calendar(day): exception for day, exception in days.items()}


class WeekForm(PlainForm):
    """Opening periods of the seven weekdays."""

    def __init__(self, *args: Any, week: list[list[list[str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n, name in enumerate(DAYS):
            text = ", ".join(f"{start}-{end}" for start, end in week[n])
            self.fields[f"day{n}"] = forms.CharField(
                label=name,
                required=False,
                max_length=80,
                initial=text,
                widget=forms.TextInput({"class": "form-control"}),
            )

    hides_optional = True

    def week(self) -> list[list[list[str]]]:
        """Periods as they are kept; what cannot be read is refused by the action."""
        return [[list(found) for found in PERIOD.findall(self.cleaned_data[f"day{n}"])] for n in range(7)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for n in range(7):
            if PERIOD.sub("", given.get(f"day{n}", "")).strip(" ,，、;；"):
                self.add_error(f"day{n}", _("Write 08:00-12:00, several periods with commas."))
        return given


class HourForm(PlainForm):
    """Which bodies, at which hour."""

    q = forms.CharField(label=_("Body, phone or speciality"), max_length=60, required=False)
    at = forms.DateTimeField(
        label=_("At this hour"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def clean_at(self) -> datetime | None:
        at = self.cleaned_data["at"]
        if at is not None:
            in_the_calendar(at.date())
        return at


class MatterForm(PlainForm):
    """A matter chosen from those that apps name, under their groups."""

    hides_optional = True
    matter = forms.ChoiceField(label=_("Matter"))

    def __init__(self, *args: Any, names: Iterable[MatterName], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in names:
            label = one.zh if is_chinese() else one.en
            groups.setdefault(one.group, []).append((one.code, label))
        choices = [(found[0][1], found) for found in groups.values()]
        self.fields["matter"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]


class ListForm(MatterForm):
    """One more line of the list."""

    valid_from = forms.DateField(label=_("From this day on"), widget=forms.DateInput(attrs={"type": "date"}))
    basis = forms.CharField(label=_("Basis"), max_length=200, required=False, help_text=_("Law, rule or decision."))
    only_assists = forms.BooleanField(label=_("Communities only help with it, they never lead it"), required=False)


class AdmissionForm(MatterForm):
    """A matter beyond the list, for a time."""

    division = forms.ModelChoiceField(
        Division.objects.none(), label=_("In which subdistrict"), required=False, empty_label=_("The whole district")
    )
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Why a community should do it"), max_length=200, min_length=6)

    def __init__(self, *args: Any, district_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = Division.Level.SUBDISTRICT
        rows = Division.objects.filter(district_id=district_id, level=level, is_in_use=True).order_by("sort_key")
        field = self.fields["division"]
        field.queryset = rows  # type: ignore[attr-defined]
        field.label_from_instance = lambda row: row.name_zh if is_chinese() else row.name_en  # type: ignore[attr-defined]


class AbsenceForm(PlainForm):
    """The days, and who stands in."""

    first = forms.DateField(label=_("First day away"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Last day away"), widget=forms.DateInput(attrs={"type": "date"}))
    cover = forms.ChoiceField(
        label=_("Who stands in"), required=False,
        help_text=_("Nobody: new work goes to the body's other people. Why somebody is away is not asked."),
    )  # fmt: skip
    hands_over = forms.BooleanField(label=_("What is in hand goes over too, on the first day"), required=False)

    def __init__(self, *args: Any, person: Any, covers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.covers = {str(user.public_id): user for user in covers}
        names = [(key, f"{user.name} ({user.username})") for key, user in self.covers.items()]
        self.fields["cover"].choices = [("", _("Nobody")), *names]

    def clean_first(self) -> date:
        return in_the_calendar(self.cleaned_data["first"])

    def clean_last(self) -> date:
        return in_the_calendar(self.cleaned_data["last"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("hands_over") and not given.get("cover"):
            self.add_error("cover", _("Say who takes what is in hand, or leave it where it is."))
        return given

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        told = self.cleaned_data
        return {"first": told["first"], "last": told["last"], "cover": self.covers.get(told["cover"]),
                "hands_over": told["hands_over"]}  # fmt: skip
