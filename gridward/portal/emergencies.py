"""Words that sound like danger, and what a person then reads at once. It never blocks a report."""

from gridward.cases.actions.reference import reference_rows

SIGNS: dict[str, tuple[str, ...]] = {
    "emergency_119": ("着火", "起火", "失火", "冒烟", "被困", "煤气味", "燃气泄漏", "闻到煤气", "爆炸",
                      " fire", "smoke", "gas leak", "trapped", "explosion"),
    "emergency_120": ("晕倒", "受伤", "流血", "没气", "昏迷", "摔伤", "骨折", "中毒", "喘不上气", "injured",
                      "unconscious", "bleeding", "heart attack", "poison"),
    "emergency_110": ("打人", "持刀", "抢劫", "家暴", "跳楼", "要杀", "入室", "attack", "knife", "robbery", "break-in",
                      "beating"),
    "emergency_122": ("撞车", "车祸", "追尾", "交通事故", "撞到人", "traffic accident", "car crash"),
}  # fmt: skip
CHANNELS = ("判决", "起诉", "仲裁", "行政复议", "信息公开", "举报贪", "court ruling", "lawsuit", "arbitration")


def _words(code: str, language: str) -> str:
    return next(row[f"words_{language}"] for row in reference_rows("special_routes.csv") if row["code"] == code)


def danger_words(text: str, language: str) -> list[str]:
    """What to read before anything else: whom to call now."""
    folded = f" {text.casefold()}"
    return [_words(code, language) for code, signs in SIGNS.items() if any(sign in folded for sign in signs)]


def channel_words(text: str, language: str) -> str:
    """Where courts, arbitration and the like are the way, the sentence that says so; else nothing."""
    return _words("legal_channel", language) if any(sign in text.casefold() for sign in CHANNELS) else ""
