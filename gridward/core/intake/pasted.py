"""粘贴建件: text copied from a group chat, taken apart into what happened, where, and who is to be called back.

It proposes what somebody reads and puts right before it is sent; what is taken for a name or a number leaves the words,
because words are read by the body that does the work and a contact is sealed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gridward.core.search.scrub import PRIVATE

MOST_PASTED = 4000
MOST_PLACE, LONGEST_NAME = 120, 12
_NUMBER = re.compile(PRIVATE.pattern, re.IGNORECASE)  # a chat writes the X of an identity number as it likes
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_DAY = r"(?:\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/月]\d{1,2}日?|昨天|今天|星期.)"
_MOMENT = rf"{_DAY}?\s*(?:上午|下午|凌晨|晚上)?\s*\d{{1,2}}:\d{{2}}(?::\d{{2}})?"
# A moment alone, “王丽 2026/3/4 10:20:11”, “[3-4 10:20] 王丽:”, “王丽:” alone on its line
_HEADS = (
    re.compile(rf"^\s*(?P<name>){_MOMENT}\s*$"),
    re.compile(rf"^\s*(?P<name>\S.{{0,{LONGEST_NAME}}}?)\s+{_MOMENT}\s*[:：]?\s*$"),
    re.compile(rf"^\s*[\[（(]{_MOMENT}[\])）]\s*(?P<name>[^:：]{{1,{LONGEST_NAME}}})[:：]\s*"),
    re.compile(rf"^\s*(?P<name>[^:：\s，。]{{2,{LONGEST_NAME}}})[:：]\s*$"),
)
_MARKS = re.compile(
    r"\[(?:图片|照片|视频|语音|动画表情|表情|位置|文件|链接|Photo|Image|Video|Voice|Sticker)[^\]]*\]|@所有人|@\S{1,20}\s"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)  # fmt: skip
_SAYS_NAME = re.compile(
    rf"(?:我是|我叫|本人|联系人|姓名|业主|名字)\s*[:：是叫]?\s*(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
    r"(?=[\s，,。；;、（(]|\d|电话|手机|$)"
    rf"|我姓(?P<surname>[{_SURNAMES}])(?![\u4e00-\u9fff])"
)
_SAYS_PHONE = re.compile(
    r"(?:我的?)?(?:联系)?(?:电话|手机|号码|身份证)(?:号码?)?(?:是)?\s*[:：]?\s*(?=$|[，,。；;、\s]|\x00)"
)
_CALL = re.compile(r"(?:请|麻烦)?(?:打|拨打?|联系|回电?)\s*\x00\s*(?:找我|联系我)?")
_HOUSE = (
    r"(?:\s*[A-Za-z0-9一二三四五六七八九十百]{1,5}\s*(?:号院|号楼|号|弄|栋|幢|座|单元|楼|层|室|门))*"
    r"(?:[东南西北]{1,2}(?:门口?|侧|边|角|口|面|头)|路口|门口|旁边?|对面|附近|楼下|楼道)?"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was found; empty where nothing was."""

    words: str
    place: str
    phone: str
    name: str


def take_apart(text: str, places: Iterable[str] = ()) -> Pasted:
    """Names of senders, phones, identity numbers and marks of pictures are taken out of the words.

    ``places`` are the names of roads, compounds and communities of the district; the longest one that stands in the
    words, with its house number, is the place. The first telephone number and the first name are proposed.
    """
    lines, senders = _lines(text[:MOST_PASTED])
    words, phones = _without_numbers("\n".join(lines))
    words, names = _without_names(words)
    words = "\n".join(line for line in map(_tidy, words.split("\n")) if line)
    return Pasted(words, _place(words, places), next(iter(phones), ""), next(iter([*names, *senders]), ""))


def _lines(text: str) -> tuple[list[str], list[str]]:
    lines, senders = list[str](), list[str]()
    for line in text.translate(_WIDE).replace("\r\n", "\n").replace("\0", "").split("\n"):
        head = next((found for form in _HEADS if (found := form.match(line))), None)
        if head and head["name"]:
            senders.append(head["name"].strip())
        said = _MARKS.sub(" ", line[head.end() :] if head else line).strip()
        if said:
            lines.append(said)
    return lines, senders


def _without_numbers(text: str) -> tuple[str, list[str]]:
    """Telephone numbers in order; an identity number is cut out and kept nowhere."""
    phones = list[str]()

    def cut(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[0])
        if len(digits) < 15 and found[0][-1:].lower() != "x":
            phones.append(found[0].strip())
        return "\0"

    said = _CALL.sub(" ", _NUMBER.sub(cut, text))
    return _SAYS_PHONE.sub(" ", said).replace("\0", " "), phones


def _without_names(text: str) -> tuple[str, list[str]]:
    found = [match["name"] or match["surname"] for match in _SAYS_NAME.finditer(text)]
    return _SAYS_NAME.sub(" ", text), found


def _tidy(line: str) -> str:
    """Without the commas that stood around what was cut out."""
    line = re.sub(r"([，,、；;])[，,、；;\s]+", r"\1", re.sub(r"[，,、；;\s]+([。！!？?])", r"\1", line))
    return line.strip(" \t\r，,、；;").removeprefix("。")


def _place(words: str, places: Iterable[str]) -> str:
    """The longest known name in the words with what follows it: 柳荫里3栋2单元门口."""
    known = sorted((place for place in places if len(place) > 1 and place in words), key=len, reverse=True)
    if not known:
        return ""
    found = re.search(re.escape(known[0]) + _HOUSE, words)
    return found[0].strip()[:MOST_PLACE] if found else known[0]
