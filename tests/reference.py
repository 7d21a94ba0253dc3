"""Writes the pages of docs/reference that follow from the code: ``python -m tests.reference``."""

from pathlib import Path

from gridward.core.errors import Refusal, catalogue

REFUSALS = Path(__file__).parents[1] / "docs" / "reference" / "refusals.md"
HEAD = """# 拒绝的理由 · Refusals

Made from `gridward/core/refusals.toml` by `make docs`. Every rule that says no has a code, a sentence, and what to do
next, in both languages; the number is the HTTP status. 每条规则说“不”时，都有代码、一句话和下一步怎么办。

| code | status | 中文 | English |
|---|---|---|---|
"""


def row(refusal: Refusal) -> str:
    zh, en = f"{refusal.zh}{refusal.next_zh}", f"{refusal.en} {refusal.next_en}"
    return f"| `{refusal.code}` | {refusal.status} | {zh.replace('|', '｜')} | {en.replace('|', '/')} |\n"


def refusals_page() -> str:
    return HEAD + "".join(row(refusal) for _, refusal in sorted(catalogue().items()))


if __name__ == "__main__":
    REFUSALS.parent.mkdir(parents=True, exist_ok=True)
    REFUSALS.write_text(refusals_page(), "utf-8")
