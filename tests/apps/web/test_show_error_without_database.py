"""The page of a server error asks nobody: this test has no database at all."""

from django.test import RequestFactory
from django.views.defaults import server_error


def test_the_error_page_stands_without_a_database() -> None:
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "系统出了问题" in answer.content.decode()
