"""What every page may say about itself and its reader: ``shell`` in templates.

The shell knows no other app. What it shows comes with the request: ``request.user`` (name, language, theme),
``request.district`` (name_zh, name_en, is_demo, time_zone), ``request.actor`` (role),
``request.role_choices`` (value, label pairs). All may be absent.
"""

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gridward.web import navigation
from gridward.web.navigation import Menu, in_line


def address(name: str) -> str:
    """The address of a named page, or nothing when it is not mounted."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


class Shell:
    """Read lazily: a page that shows nothing of it asks the database nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def _of_request(self, name: str, default: Any = None) -> Any:
        return getattr(self.request, name, default)

    # --- the page -------------------------------------------------------------------------------
    @property
    def nonce(self) -> str:
        return str(self._of_request("csp_nonce", ""))

    @property
    def is_chinese(self) -> bool:
        return (get_language() or "zh").startswith("zh")

    @property
    def html_lang(self) -> str:
        return "zh-Hans" if self.is_chinese else "en"

    @property
    def other_language(self) -> str:
        return "en" if self.is_chinese else "zh-hans"

    @property
    def other_html_lang(self) -> str:
        return "en" if self.is_chinese else "zh-Hans"

    @property
    def other_language_name(self) -> str:
        return "English" if self.is_chinese else "中文"

    @property
    def theme(self) -> str:
        return str(self._of_request("theme", "light"))

    @property
    def is_large(self) -> bool:
        return bool(self._of_request("text_size", "normal") == "large")

    @property
    def here(self) -> str:
        return self.request.get_full_path() if self.request.method == "GET" else self.request.path

    # --- the district ---------------------------------------------------------------------------
    @cached_property
    def district(self) -> Any:
        return self._of_request("district")

    @property
    def place(self) -> str:
        district = self.district
        return "" if district is None else str(district.name_zh if self.is_chinese else district.name_en)

    @property
    def is_demo(self) -> bool:
        return bool(getattr(self.district, "is_demo", False))

    @property
    def hotline(self) -> str:
        return str(getattr(self.district, "hotline", "") or settings.GRIDWARD_HOTLINE)

    @property
    def map_source(self) -> str:
        return str(settings.GRIDWARD_BASEMAP_SOURCE) or _("Map: own layers, not for boundary decisions")

    @property
    def map_approval(self) -> str:
        return str(settings.GRIDWARD_MAP_APPROVAL)

    @property
    def time_zone_name(self) -> str:
        name = timezone.get_current_timezone_name()
        return _("Beijing time") if name in ("Asia/Shanghai", "CST") else name

    # --- the reader -----------------------------------------------------------------------------
    @cached_property
    def user_name(self) -> str:
        user = self._of_request("user")
        return str(getattr(user, "name", "")) if user is not None and user.is_authenticated else ""

    @property
    def role(self) -> str:
        return str(getattr(self._of_request("actor"), "role", ""))

    @cached_property
    def roles(self) -> list[dict[str, Any]]:
        return [
            {"value": value, "label": label, "is_current": value == self._of_request("role_choice", self.role)}
            for value, label in self._of_request("role_choices", ())
        ]

    @property
    def role_name(self) -> str:
        return next((str(role["label"]) for role in self.roles if role["is_current"]), "")

    @cached_property
    def navigation(self) -> list[navigation.Shown]:
        return list(navigation.shown_entries(self.request, self.role)) if self.user_name else []

    @cached_property
    def menu(self) -> Menu:
        """The same entries for a wide screen: some in the line, the rest behind “more”."""
        return in_line(self.navigation)

    @property
    def person_links(self) -> list[dict[str, str]]:
        links = [
            ("account_change_password", _("Change password")),
            ("mfa_index", _("Second sign-in step")),
            ("accounts:devices", _("Where I am signed in")),
        ]
        return [{"url": address(name), "label": label} for name, label in links if address(name)]

    @property
    def frame(self) -> str:
        """The base of a page that stands among the staff's pages and the public's: the menu stays where it was."""
        return "web/staff.html" if self.user_name else "web/public.html"

    # --- doors ----------------------------------------------------------------------------------
    @property
    def home(self) -> str:
        return (address(settings.LOGIN_REDIRECT_URL) if self.user_name else None) or "/"

    @property
    def back(self) -> str:
        """The page of ours that led here, where the browser tells it."""
        came_from = self.request.headers.get("Referer", "")
        return came_from if urlsplit(came_from).netloc == self.request.get_host() else ""

    @property
    def public_home(self) -> str:
        return "/"

    @cached_property
    def search_url(self) -> str:
        """Where the search leads, for readers whose menu has that page: others would find nothing there."""
        wanted = address("search")
        return wanted if any(entry.url == wanted for entry in self.navigation) else ""

    @property
    def search_words(self) -> str:
        return self.request.GET.get("q", "")[:100] if self.request.path == self.search_url else ""

    @property
    def guides_url(self) -> str:
        return address("portal:guides")

    @property
    def role_url(self) -> str:
        return address("accounts:choose_role")

    @property
    def sign_in_url(self) -> str:
        return str(settings.LOGIN_URL)

    @property
    def sign_out_url(self) -> str:
        return address("account_logout")


def shell(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}
