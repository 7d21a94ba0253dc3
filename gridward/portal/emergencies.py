"""Words that sound like danger, and what a person then reads at once. It never blocks a report."""

import re

from gridward.cases.actions.reference import reference_rows

GAS = "煤气|燃气|天然气|液化气"
THINGS_OF_FIRE = "lane|hydrant|door|exit|extinguisher|escape|alarm|engine|truck|drill|station|safety|equipment"
SIGNS = {
    code: re.compile("|".join(patterns))
    for code, patterns in {
        "emergency_119_gas": (rf"({GAS}|瓦斯).{{0,6}}[味漏泄]", rf"[漏泄闻].{{0,4}}({GAS}|瓦斯)", "gas.{0,12}leak",
                              r"gas.{0,4}smell", "leak(s|ing|ed)?.{0,8}gas", r"smell\w*.{0,12} gas"),
        "emergency_119": ("着火", "起火", "失火", "冒烟", "被困", "困人", "爆炸", "smoke", "trapped",
                          "explosion", "in flames", rf"\bfire\b(?! ({THINGS_OF_FIRE}))"),
        "emergency_119_water": ("落水", "溺水", "水淹", "淹水", "被淹", "倒灌", "内涝", "洪水",
                                "flood(?!light)", "drown"),
        "emergency_120_shock": ("触电", "漏电", "电线(断|掉|垂|落)", "electric shock", "electrocut", "live wire",
                                "fallen (wire|cable|power line)", "(wire|cable|power line).{0,6} down"),
        "emergency_120": ("晕倒", "受伤", "流血", "没呼吸", "没了呼吸", "昏迷", "摔伤", "骨折", "中毒", "喘不上气",
                          "心梗", "injured", "unconscious", "bleeding", "heart attack", "poison", "not breathing"),
        "emergency_110": ("打人", "打架", "持刀", "抢劫", "家暴", "跳楼", "要杀", "入室", "行凶", "(?<!heart )attack",
                          "knife", "robbe", "break-in", "burglar", "beating", "stabb"),
        "emergency_122": ("撞车", "车祸", "追尾", "交通事故", "撞到人", "traffic accident", "car crash"),
    }.items()
}  # fmt: skip
CHANNELS = ("判决", "起诉", "仲裁", "行政复议", "信息公开", "举报贪", "court ruling", "lawsuit", "arbitration")


def _words(code: str, language: str) -> str:
    return next(row[f"words_{language}"] for row in reference_rows("special_routes.csv") if row["code"] == code)


def danger_words(text: str, language: str) -> list[str]:
    """What to read before anything else: whom to call now."""
    folded = text.casefold()
    return [_words(code, language) for code, signs in SIGNS.items() if signs.search(folded)]


def channel_words(text: str, language: str) -> str:
    """Where courts, arbitration and the like are the way, the sentence that says so; else nothing."""
    return _words("legal_channel", language) if any(sign in text.casefold() for sign in CHANNELS) else ""
