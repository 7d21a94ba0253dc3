"""Very many cases from few: rows copied with new ids, numbers and times; their steps are not."""

import uuid
from datetime import timedelta

from django.db import transaction

from gridward.cases.models import Case
from gridward.gpkg.many import insert_many
from gridward.gpkg.reserving import reserve_ids


def copy_cases(most: int) -> None:
    """Rows of the grown cases again and again, until there are enough."""
    made = list(Case.objects.all())
    for case in made:
        case.spoken_code = ""
    number = 0
    while Case.objects.count() < most:
        number += 1
        rows = []
        for case, pk in zip(made, reserve_ids(Case, len(made)), strict=True):
            case.pk, case.client_uuid, case.public_id = pk, uuid.uuid4(), uuid.uuid4()
            year, of_day = f"{2000 + number // 100:04}", f"{pk % 100_000:05}"
            case.number = case.number[:6] + year + case.number[10:14] + of_day
            case.is_open = case.is_open and number < 4
            case.reported_at -= timedelta(hours=7)
            rows.append(case)
        with transaction.atomic():
            insert_many(rows)
