"""The address of a private page opens it: it stands in no log, whatever goes wrong behind it."""

import logging
import uuid
from pathlib import Path

import pytest

from gridward.cases.actions.contacts import new_token
from gridward.cases.models import CaseStep
from tests.apps.portal.door import Door


@pytest.fixture
def log(tmp_path: Path):
    """What the server's own handlers write, by their own formatter."""
    [console] = [handler for handler in logging.root.handlers if type(handler) is logging.StreamHandler]
    kept, path = console.stream, tmp_path / "log"
    with path.open("w", encoding="utf-8") as stream:
        console.setStream(stream)
        yield path
        console.setStream(kept)


def test_a_private_address_stands_in_no_log_line(door: Door, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = door.report()
    door.client.raise_request_exception = False
    short = {"supplement-action_uuid": str(uuid.uuid4()), "supplement-words": "短"}
    answers = {
        405: door.get(f"{sent.address}do/remind/"), 422: door.post(f"{sent.address}do/supplement/", short),
        404: door.get(f"{sent.address}photos/{uuid.uuid4()}/"), 400: door.get(f"{sent.address}?q=%00"),
    }  # fmt: skip
    assert {code: answer.status_code for code, answer in answers.items()} == {code: code for code in answers}
    contractors = new_token()
    assert door.get(f"/t/{contractors}/").status_code == 404

    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError(f"while answering {sent.address}")

    monkeypatch.setattr("gridward.portal.views.following.private_page", broken)
    assert door.get(sent.address).status_code == 500
    told = log.read_text("utf-8")
    assert "Method Not Allowed" in told and "ZeroDivisionError" in told and "/r/…" in told, "it was logged at all"
    assert sent.token not in told
    assert contractors not in told and "/t/…" in told
    assert CaseStep.objects.count() == 1
