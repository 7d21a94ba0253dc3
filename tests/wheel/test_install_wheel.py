"""The wheel, installed into an empty environment without Node, is the whole product."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
WITHOUT_NODE = "/usr/bin:/bin"
SERVED_WITHIN_S = 240

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own that has the wheel and what it depends on, and nothing of the checkout."""
    if not (CHECKOUT / "node_modules").is_dir():
        pytest.skip("no browser packages on this machine: npm ci has not been run")
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder / "dist"),
        str(CHECKOUT),
    ]
    subprocess.run(build, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    pip = [str(folder / "venv/bin/pip"), "install", "--quiet", "--disable-pip-version-check"]
    shutil.copy(CHECKOUT / "requirements.lock", folder / "requirements.lock")
    wheel = next((folder / "dist").glob("*.whl"))
    done = subprocess.run(
        [*pip, "--constraint", str(bare_constraints(folder)), str(wheel)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder / "venv" / "bin"


def bare_constraints(folder: Path) -> Path:
    """The versions of the lock without its hashes: pip takes no local wheel beside hashes."""
    pinned = re.findall(
        r"^[a-z0-9][^\s\\]*==[^\s\\;]+(?: ; [^\\\n]+)?", (folder / "requirements.lock").read_text(), re.M
    )
    path = folder / "constraints.txt"
    path.write_text("\n".join(pinned))
    return path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PATH": WITHOUT_NODE, "HOME": str(tmp_path), "GRIDWARD_HOME": str(tmp_path / "home"),
            "DATABASE_URL": f"gpkg://{tmp_path}/district.gpkg", "NUMBA_CACHE_DIR": str(tmp_path)}  # fmt: skip


def run(installed: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(installed / "gridward"), *words]
    return subprocess.run(
        command, env=environment, cwd=environment["HOME"], capture_output=True, text=True, timeout=300
    )


def test_the_command_answers_and_hyphens_are_allowed(installed, environment):
    assert "verify_audit" in run(installed, environment, "--help").stdout
    assert "--seals" in run(installed, environment, "verify-audit", "--help").stdout


def test_the_database_is_made_with_nothing_of_the_checkout(installed, environment):
    done = run(installed, environment, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    assert (Path(environment["HOME"]) / "district.gpkg").read_bytes()[68:72] == b"GPKG"
    where = subprocess.run([installed / "python", "-c", "import gridward; print(gridward.__file__)"], cwd="/",
                           env=environment, capture_output=True, text=True, check=True)  # fmt: skip
    assert str(installed.parent) in where.stdout


def test_what_pages_name_is_carried_with_its_licence(installed, environment):
    package = next(installed.parent.glob("lib/python3*/site-packages/gridward"))
    code = ("import django; django.setup()\n"
            "from django.contrib.staticfiles import finders\nimport sys\n"
            "print([name for name in sys.argv[1:] if not finders.find(name)])")  # fmt: skip
    named = sorted({m for page in [*package.rglob("templates/**/*.html"), *package.rglob("*.py")]
                    for m in re.findall(r"lib/[a-z]+/[\w./-]+\.(?:m?js|css)", page.read_text("utf-8"))})  # fmt: skip
    settings = {**environment, "DJANGO_SETTINGS_MODULE": "gridward.project.settings"}
    found = subprocess.run(
        [installed / "python", "-c", code, *named], cwd="/", env=settings, capture_output=True, text=True
    )
    assert named and found.stdout.strip() == "[]", found.stdout + found.stderr
    for folder in package.glob("bundled/*"):
        assert list(folder.rglob("LICENSE*")) or list(folder.rglob("package.json")), folder


def test_chinese_is_compiled(installed, environment):
    package = next(installed.parent.glob("lib/python3*/site-packages/gridward"))
    spoken = {path.parts[-5] for path in package.glob("*/locale/*/LC_MESSAGES/django.po")}
    assert spoken and spoken == {path.parts[-5] for path in package.glob("*/locale/*/LC_MESSAGES/django.mo")}


def test_the_demo_serves_its_first_page_and_ends_when_told(installed, environment):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(installed / "gridward"), "demo", "--port", str(port)]
    demo = subprocess.Popen(command, env=environment, cwd=environment["HOME"], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, start_new_session=True)  # fmt: skip
    try:
        page = next(pages_from(f"http://127.0.0.1:{port}/accounts/login/", demo))
        assert "示例" in page and "登录" in page
        for name in [*re.findall(r'href="/(static/[^"]+\.css)', page), "static/lib/tabler/css/tabler.min.css"]:
            assert urllib.request.urlopen(f"http://127.0.0.1:{port}/{name}", timeout=10).status == 200
    finally:
        demo.terminate()
        words, _ = demo.communicate(timeout=60)
    assert demo.returncode == 0, words


def pages_from(url: str, process: "subprocess.Popen[str]") -> Iterator[str]:
    """The page as soon as it is served; the process's own words when it ends before."""
    until = time.monotonic() + SERVED_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(process.communicate()[0])
        try:
            with urllib.request.urlopen(url, timeout=20) as answer:
                yield answer.read().decode()
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"no page within {SERVED_WITHIN_S} s")
