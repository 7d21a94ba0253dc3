"""Text from a chat as the first answers of the form of a new case."""

from typing import Any

from gridward.areas.models import Division, GroundFeature
from gridward.core.intake.pasted import take_apart
from gridward.districts.models import District

KINDS = (
    GroundFeature.Kind.EXPRESS, GroundFeature.Kind.ARTERIAL, GroundFeature.Kind.STREET, GroundFeature.Kind.BLOCK,
    GroundFeature.Kind.LANDMARK, GroundFeature.Kind.PARK,
)  # fmt: skip


def first_answers(district: District, text: str) -> dict[str, Any]:
    """Fields of the form with what was found; the place is one that the district knows."""
    communities = dict(
        Division.objects.filter(district=district, level=Division.Level.COMMUNITY, is_in_use=True)
        .values_list("name_zh", "pk")
    )  # fmt: skip
    ground = GroundFeature.objects.filter(district=district, kind__in=KINDS).exclude(name_zh="")
    places = [*communities, *ground.values_list("name_zh", flat=True).distinct()]
    found = take_apart(text, places)
    community = next((pk for name, pk in communities.items() if name in found.words), None)
    answers = {"description": found.words, "place": found.place, "phone": found.phone, "name": found.name,
               "community": community}  # fmt: skip
    return {field: value for field, value in answers.items() if value}
