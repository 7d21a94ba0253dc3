"""Forms of wishes, channels and webhooks."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridward.notify.models import Message
from gridward.notify.queries.kinds import kinds
from gridward.web.forms import PlainForm

OUTSIDE = (Message.Channel.SMS, Message.Channel.EMAIL)
ANY = ("", _("All"))


class WishForm(PlainForm):
    """Per channel the kinds that one wishes to be told of; in the app everybody is told of all."""

    hides_optional = True

    def __init__(self, *args: Any, channels: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(k.code, k.name) for k in kinds().values() if k.is_for_staff and not k.code.startswith("notify.")]
        for channel in channels:
            self.fields[channel] = forms.MultipleChoiceField(
                required=False, choices=names, widget=forms.CheckboxSelectMultiple,
                label=_("Also by %(channel)s") % {"channel": Message.Channel(channel).label},
            )  # fmt: skip

    def wishes(self) -> list[tuple[str, str]]:
        return [(kind, channel) for channel in self.fields for kind in self.cleaned_data[channel]]


class AddressForm(PlainForm):
    """Where one is reached; empty takes it away."""

    hides_optional = True

    channel = forms.ChoiceField(choices=[(str(c), c.label) for c in OUTSIDE], widget=forms.HiddenInput)
    address = forms.CharField(required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_sms = self["channel"].value() == Message.Channel.SMS
        self.fields["address"].label = _("Mobile number") if is_sms else _("E-mail address")


class LogForm(PlainForm):
    """Filters of the log, in the address."""

    hides_optional = True

    channel = forms.ChoiceField(
        required=False, label=_("Channel"), choices=[ANY, *((str(c), c.label) for c in OUTSIDE)]
    )
    state = forms.ChoiceField(
        required=False, label=_("State"), choices=[ANY, *((s.value, s.label) for s in Message.State)]
    )


class WebhookForm(PlainForm):
    """A new subscription."""

    name = forms.CharField(
        max_length=60, label=_("Name of the system"), help_text=_("Which system it is, in your words.")
    )
    url = forms.CharField(
        max_length=300, label=_("Address"), help_text=_("Begins with https://; its host must be on the list of hosts.")
    )
    verbs = forms.MultipleChoiceField(label=_("Told of"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, events: Collection[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verbs"].choices = list(events)
