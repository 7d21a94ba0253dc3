"""The signing key of sessions and forms: from the environment, else made once and kept beside the files."""

import contextlib
import secrets
from pathlib import Path


def secret_key(given: str, home: Path) -> str:
    """The given key, or the one in ``home/secret``, written on first use with mode 0600."""
    if given:
        return given
    path = home / "secret"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"secret.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), "ascii")
        with contextlib.suppress(FileExistsError):  # another process was first: its key stands
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text("ascii").strip()
