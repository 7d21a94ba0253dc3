"""The first useful screen stays light: at most 160 kB compressed for staff, 40 kB for residents."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from gridward.web.context import Shell

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.web.doors")]


def weight_kb(page: str) -> float:
    """The page with its style sheets and scripts, but for the map, which is loaded apart."""
    found = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', page)
    parts = [page.encode()]
    for name in found:
        path = None if "maplibre" in name else finders.find(name)
        if path:
            with open(str(path), "rb") as file:
                parts.append(file.read())
    return sum(len(gzip.compress(part)) for part in parts) / 1000


def test_a_staff_page_weighs_at_most_160_kb(client: Client) -> None:
    page = client.get("/specimen/").content.decode()
    assert "tabler.min.css" in page
    assert 50 < weight_kb(page) <= 160


def test_a_public_page_weighs_at_most_40_kb() -> None:
    request = RequestFactory().get("/")
    page = render_to_string("web/public.html", {"shell": Shell(request)}, request)
    assert "tabler" not in page
    assert 5 < weight_kb(page) <= 40
