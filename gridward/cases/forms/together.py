"""The form of one move on many cases: what is the same for all of them."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gridward.cases.forms.moves import MoveForm, NamedChoice
from gridward.cases.models import Case
from gridward.cases.queries.together import OWN_PAGE_ONLY
from gridward.core.workflow.table import Move, Table


class TogetherForm(MoveForm):
    """As the form of the first case, without what belongs to one case alone."""

    proposes_person = False

    def __init__(self, *args: Any, table: Table, move: Move, case: Case, seen: QuerySet[Case], at: datetime,
                 **kwargs: Any) -> None:  # fmt: skip
        same = replace(move, may=tuple(code for code in move.may if code not in OWN_PAGE_ONLY), needs_if_asked=())
        super().__init__(*args, table=table, move=same, case=case, seen=seen, asked=frozenset(), at=at, **kwargs)
        del self.fields["seen_n"]
        body = self.fields.get("body")
        if isinstance(body, NamedChoice):
            body.required, body.empty_label, body.initial = False, _("To the body that each category names"), None
            self.initial["body"], body.help_text = None, ""
        if "closing_condition" in self.fields:
            self.fields["closing_condition"].help_text = _("The condition of each case's own standard is met.")
