"""How a reader wants pages: language, theme, text size. Kept in cookies; a signed-in person's own choice comes next.

An app that stores people may name a function in the setting ``GRIDWARD_REMEMBER_CHOICE``
(``remember(*, user, name, value)``): it is called when somebody who is signed in chooses.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

CHOICES: dict[str, tuple[str, ...]] = {
    "language": ("zh-hans", "en"),
    "theme": ("light", "dark"),
    "text_size": ("normal", "large"),
}
COOKIES = {"language": "gridward_language", "theme": "gridward_theme", "text_size": "gridward_text"}
YEAR = 365 * 24 * 3600


def _chosen(request: HttpRequest, name: str) -> str | None:
    value = request.COOKIES.get(COOKIES[name])
    if value in CHOICES[name]:
        return value
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        stored: Any = getattr(getattr(request, "user", None), name, None)
        return stored if stored in CHOICES[name] else None
    return None


def language_of(request: HttpRequest) -> str:
    """The chosen one; else English for a browser that asks for it and for no Chinese; else Chinese."""
    chosen = _chosen(request, "language")
    if chosen:
        return chosen
    asked = request.headers.get("Accept-Language", "").lower()
    tongues = [part.split(";")[0].strip().split("-")[0] for part in asked.split(",")]
    return "en" if "en" in tongues and "zh" not in tongues else "zh-hans"


def theme_of(request: HttpRequest) -> str:
    return _chosen(request, "theme") or "light"


def text_size_of(request: HttpRequest) -> str:
    return _chosen(request, "text_size") or "normal"
