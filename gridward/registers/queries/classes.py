"""The classes of components: kept by a higher app among its categories, asked for here by their codes."""

from dataclasses import dataclass

from gridward.districts.models import District
from gridward.web.moments import is_chinese
from gridward.work import collected


@dataclass(frozen=True, slots=True)
class ComponentClass:
    """One class: its five digits and its names; one that is no longer in use takes no new components."""

    code: str
    name_zh: str
    name_en: str
    major_zh: str = ""
    major_en: str = ""
    is_in_use: bool = True

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_zh if is_chinese() else self.name_en

    @property
    def major(self) -> str:
        return self.major_zh if is_chinese() else self.major_en


def classes_of(district: District) -> dict[str, ComponentClass]:
    """Code → class, in the order of the codes; one statement."""
    told = collected.joins().get("registers.classes", ())
    return {one.code: one for tell in told for one in tell(district_id=district.pk)}


def classes_in_use(district: District) -> dict[str, ComponentClass]:
    """Those that new components may be of."""
    return {code: one for code, one in classes_of(district).items() if one.is_in_use}
