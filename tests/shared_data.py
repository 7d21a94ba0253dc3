"""Real data that lies beside the checkout in development; it is read there and never copied in."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is absent")
