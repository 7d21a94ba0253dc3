"""Nothing is fetched from elsewhere, nothing built is committed, and the project speaks of itself alone."""

import re
from collections.abc import Iterator

from tests.architecture.sources import Source, broken, listed, paths, python, read, sources, stale

ADDRESS = re.compile(r"(?:https?|wss?)://([A-Za-z0-9][\w.-]*)|(?<![:\w/])//((?:[a-z0-9-]+\.)+[a-z]{2,})/")
# Written in pieces, so that this file does not contain what it looks for.
REGISTRIES = (
    "py" + "pi.org", "python" + "hosted", "npm" + "js", "npm" + "mirror", "un" + "pkg.com", "js" + "delivr",
    "cdn" + "js", "google" + "apis", "registry" + ".", "tuna.tsing" + "hua", "mirrors." + "aliyun",
)  # fmt: skip
WORKPLACE = re.compile(
    "|".join([r"/wo" + r"rk/(?:main|shared|\.)", r"/tmp/" + "gw", r"\.lib" + r"rary\b",
              r"\bissue" + r"s? (?:#|show|\d)",
              r"\bsub" + r"-?agent", r"\bChat" + r"GPT", r"\bClau" + r"de\b", r"\bAnthro" + r"pic",
              r"\bprompt" + r"s?\b(?!\s*\()", r"语言" + r"模型", r"\bslice [A-D]\b"]),
)  # fmt: skip
TEXT = (".py", ".html", ".txt", ".js", ".css", ".svg", ".toml", ".csv", ".md", ".json", ".po", ".yml", "Makefile")
BUILT = (".min.js", ".min.css", ".map", ".mo", ".pyc", ".whl", ".so", ".wasm", "uv.lock", ".gpkg", ".sqlite3")
CARRIED = re.compile(r"\son[a-z]+\s*=\s*[\"']|<script(?![^>]*(?:\bsrc=|nonce=|type=\"application/json\"))|\|\s*safe\b|"
                     r"autoescape off|javascript:")  # fmt: skip


def everything() -> list[Source]:
    return [read(path) for path in paths() if path.endswith(TEXT) or path == ".ci/run"]


def outside_addresses(source: Source) -> Iterator[str]:
    """Hosts named in what is served or run; names of XML spaces and schemas are listed."""
    for number, line in enumerate(source.text.splitlines(), 1):
        for match in ADDRESS.finditer(line):
            host = (match[1] or match[2]).lower()
            if host not in listed("hosts"):
                yield f"{source.path}:{number} {host}"


def registries(source: Source) -> Iterator[str]:
    yield from (f"{source.path} {name}" for name in REGISTRIES if name in source.text)


def workplace_words(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if match := WORKPLACE.search(line):
            yield f"{source.path}:{number} {match[0]}"


def carried_scripts(source: Source) -> Iterator[str]:
    """Handlers and scripts inside a page, and text that is let through unescaped."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if match := CARRIED.search(line):
            yield f"{source.path}:{number} {match[0].strip()}"


def test_nothing_that_is_served_or_run_names_an_outside_address():
    served = sources(".html", ".txt", ".js", ".css", ".svg", ".py", ".json")
    assert broken(outside_addresses, served) == []
    named = {(m[1] or m[2]).lower() for source in served for m in ADDRESS.finditer(source.text)}
    assert stale("hosts", named) == []


def test_no_file_names_a_registry():
    assert broken(registries, everything()) == []
    assert '"resolved"' not in read("package-lock.json").text


def test_nothing_built_is_committed():
    assert [path for path in paths() if path.endswith(BUILT) or path.startswith("gridward/bundled/")] == []


def test_the_project_speaks_of_itself_alone():
    assert broken(workplace_words, everything()) == []


def test_pages_carry_no_script_and_no_unescaped_text():
    found = broken(carried_scripts, sources(".html"))
    assert [place for place in found if place.split(":")[0] not in listed("unescaped")] == []
    assert stale("unescaped", {place.split(":")[0] for place in found}) == []


def test_no_later_is_promised_in_the_code():
    later = re.compile(r"\b(?:TO" + r"DO\b(?!\s*[=,\]:)])|FIX" + r"ME|XX" + r"X\b)")
    found = [source.path for source in python(under="") for line in source.text.splitlines()
             if "#" in line and later.search(line.partition("#")[2])]  # fmt: skip
    assert found == []


def test_planted_addresses_and_words_are_found():
    page = Source("gridward/web/x.html", '<script src="https://cdn.example.net/x.js"></script>\n<a onclick="x()">\n')
    assert list(outside_addresses(page)) == ["gridward/web/x.html:1 cdn.example.net"]
    assert len(list(carried_scripts(page))) == 1
    assert list(registries(Source("x.md", "pip install from py" + "pi.org")))
    assert list(workplace_words(Source("x.py", "see /wo" + "rk/main and iss" + "ue 2")))
    assert not list(workplace_words(Source("x.py", "path('work/', my_work)")))
