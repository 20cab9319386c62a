"""The rules that tidy words as heard, each a function of its own: they drop and mend, and never add a word."""

from __future__ import annotations

import itertools
import operator
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from diktate.text.tables import FILLERS, INVENTIONS, NUMBERS

LITTLE_SPEECH_S, SHORT_SPEECH_S = 0.5, 1.5
SILENCE_P, GUESS = 0.35, -0.6
"""Silence often scores no more than .3 to .55, so none of these alone proves it; words that Whisper is known to
invent are needed besides."""
DOUBT_P, DOUBT = 0.2, -0.4
"""Enough doubt for a short piece. People do answer "Thank you." in 0.6 to 1 s, and then the engine is sure of it."""


@dataclass(frozen=True)
class Evidence:
    """How sure it is that something was said at all; as in a Piece."""

    speech_s: float
    no_speech_p: float
    logprob: float

    @property
    def weak(self) -> bool:
        """Nearly nothing was heard, or the engine guessed; people do say "thank you"."""
        if self.speech_s < LITTLE_SPEECH_S or self.no_speech_p > SILENCE_P or self.logprob < GUESS:
            return True
        return self.speech_s < SHORT_SPEECH_S and (self.no_speech_p > DOUBT_P or self.logprob < DOUBT)


@dataclass(frozen=True)
class Given:
    """What the rules know besides the words."""

    evidence: Evidence
    language: str
    """The code without its region, in small letters; empty if unknown."""
    start: bool
    """The words begin a text or a sentence."""


REPEATS = 4
"""So often in a row is no speech but a decoder's loop."""
NUMBER_REPEATS = 8
SHARE, SHARE_REPEATS = 0.6, 3
LONGEST_LOOP, LONGEST_SHARED = 40, 20
"""Words. A window of 30 s has room for some 120 words, so nothing longer can stand in it four times."""

_SPACES = re.compile(r"\s+")
_KEPT_SPACES = ("\u202f", "\u00a0")
_GAP = re.compile(r""" (?=(?!\.\.(?:\s|$))[,.;:!?…]+["”»]?(?:\s|$))""")
_GAP_FR = re.compile(r""" (?=(?!\.\.(?:\s|$))[,.…]+["”»]?(?:\s|$))""")
_NOT_WORDS = re.compile(r"[\W_]+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_TOKEN = re.compile(r"(\w+)([,.;:…!?]*)")
_ENDS = re.compile(r"[.?!…][\"”»)]*$")
_MARKS = "\"'“”‘’„«»()[],.;:!?…-–—"
_NUMBER = re.compile(r"[\d.,:/-]*\d")
_I = re.compile(
    r"""(?<![\w.@/\\'’-])i(?=(?:['’](?:m|ll|ve|d)\b)|["”]?(?:[\s,;:!?…]|$)|\.{1,3}["”]?(?:\s|$))(?!\s*[=<>+*/])"""
)
_OPENING = re.compile(r"""["'“”‘’„«»‹›(\[¿¡…\s—–]*""")
_CODE = re.compile(r"[_@/\\\d$#~`=<>]|\w\.\w")
_CJK = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]")
_CJK_END = re.compile(f"[\u3000-\u303f\uff00-\uffef]|{_CJK.pattern}")
_LETTER = re.compile(r"[^\W\d_]")


def spaces(text: str, given: Given) -> str:
    """One space between words, none before a mark; French puts one before ; : ! ? and no-break spaces stay."""
    text = _SPACES.sub(_one_space, text).strip()
    return (_GAP_FR if given.language == "fr" else _GAP).sub("", text)


def fillers(text: str, given: Given) -> str:
    """Drop sounds of hesitation in the language they belong to, and mend the commas around them."""
    table = FILLERS.get(given.language, ())
    words = text.split(" ")
    kept: list[str] = []
    raise_next = ended = False
    for number, word in enumerate(words):
        tail = _filler_tail(words, number, table)
        if tail is None:
            kept.append(raised(word, given.language) if raise_next else word)
            raise_next = ended = False
        elif not kept or _ENDS.search(kept[-1]):
            raise_next = raise_next or word[0].isupper()
        else:
            kept[-1] = _mended(kept, tail)
            ended = True
    if ended:
        kept[-1] = kept[-1].rstrip(",")
    return " ".join(kept)


def loops(text: str, given: Given) -> str:
    """Cut what is repeated over and over to its first time; numbers may repeat if they were clearly said."""
    tokens = text.split(" ")
    while cut := _without_run(tokens, given.evidence) or _without_share(tokens, given.evidence):
        tokens = cut
    return " ".join(tokens)


def inventions(text: str, given: Given) -> str:
    """Drop what Whisper invents on silence, if it is the whole piece and little speaks for it."""
    if not given.evidence.weak:
        return text
    known = _inventions()
    whole = _folded(text) in known or all(_folded(sentence) in known for sentence in _SENTENCE.split(text))
    return "" if whole else text


def english_i(text: str, given: Given) -> str:
    """Write the English "I" large, also in I'm, I'll, I've, I'd."""
    return _I.sub("I", text) if given.language == "en" else text


def first_letter(text: str, given: Given) -> str:
    """Write the first letter large where the script knows large letters, but not of an address, a name in code, iPhone.

    Nothing after a full stop: "e.g. this" and "z. B. das" would be harmed, and engines that set full stops set those.
    """
    opening = _OPENING.match(text)
    if not given.start or opening is None:
        return text
    word, space, rest = text[opening.end() :].partition(" ")
    return opening[0] + raised(word, given.language) + space + rest


def raised(word: str, language: str) -> str:
    """Give the word with its first letter large, unless that would harm it."""
    plain = word[:1].islower() and word[1:] == word[1:].lower() and not _CODE.search(word)
    if not plain or not unicodedata.name(word[0], "").startswith(("LATIN", "CYRILLIC", "GREEK")):
        return word
    if language == "nl" and word.startswith("ij"):
        return "IJ" + word[2:]
    large = "İ" if word[0] == "i" and language in {"tr", "az"} else word[0].title()
    return large + word[1:] if len(large) == 1 else word


def spaced(text: str) -> bool:
    """Say whether the text is of a script with spaces between words: not mostly Chinese or Japanese."""
    return 2 * len(_CJK.findall(text)) <= len(_LETTER.findall(text))


def outer_spaces(text: str, _given: Given) -> str:
    return text.strip()


def joined(first: str, second: str) -> str:
    """Put a space between, but not between Chinese or Japanese."""
    if not first or not second:
        return first or second
    close = _CJK_END.match(first[-1]) and _CJK_END.match(second[0])
    return first + ("" if close else " ") + second


def _one_space(run: re.Match[str]) -> str:
    return next((kept for kept in _KEPT_SPACES if kept in run[0]), " ")


def _filler_tail(words: Sequence[str], number: int, table: tuple[str, ...]) -> str | None:
    """Give the marks after a filler, None if the word is none."""
    word = _TOKEN.fullmatch(words[number])
    if word is None or word[1].lower() not in table or not word[1][1:].islower():
        return None
    following = words[number + 1] if number + 1 < len(words) else ""
    asked = "?" in word[2] or "!" in word[2] or following.startswith(("?", "!"))
    micrometres = word[1] == "um" and number and words[number - 1][-1:].isdigit()
    return None if asked or micrometres else word[2]


def _mended(kept: Sequence[str], tail: str) -> str:
    """Give the last word before a filler with the marks that are right without it."""
    last = kept[-1]
    if tail.strip(","):
        return last.rstrip(",") + tail
    alone = len(kept) == 1 or _ENDS.search(kept[-2])
    if tail and last.endswith(",") and not alone:  # "I was, um, thinking", but "Yes, um, I do"
        return last[:-1]
    return last


def _folded(text: str) -> str:
    plain = _YEAR.sub("0000", unicodedata.normalize("NFKC", text).casefold())
    return _NOT_WORDS.sub(" ", plain).strip()


@cache
def _inventions() -> frozenset[str]:
    return frozenset({"", *(_folded(phrase) for phrases in INVENTIONS.values() for phrase in phrases)})


def _plain(tokens: Sequence[str]) -> list[str]:
    return [token.strip(_MARKS).casefold() for token in tokens]


def _without_run(tokens: list[str], evidence: Evidence) -> list[str] | None:
    words = _plain(tokens)
    for length in range(1, min(LONGEST_LOOP, len(words) // REPEATS) + 1):
        for start, repeats in _runs(words, length):
            if not _said(tokens[start : start + length], repeats, evidence):
                return _cut(tokens, words, start, length, repeats)
    return None


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[int, int]]:
    """Yield where a group of that many words stands at least REPEATS times in a row, and how often."""
    if sum(map(operator.eq, words, words[length:])) < (REPEATS - 1) * length:
        return
    same = 0
    for number in range(len(words) - length + 1):
        if number + length < len(words) and words[number] and words[number] == words[number + length]:
            same += 1
            continue
        if same // length + 1 >= REPEATS:
            yield number - same, same // length + 1
        same = 0


def _said(group: Sequence[str], repeats: int, evidence: Evidence) -> bool:
    """Numbers are repeated by people too: 555, 4242 4242 4242 4242."""
    numbers = all(_NUMBER.fullmatch(word.strip(",.;:!?")) or word.strip(",.;:!?").lower() in NUMBERS for word in group)
    return numbers and repeats <= NUMBER_REPEATS and not evidence.weak


def _cut(tokens: list[str], words: list[str], start: int, length: int, repeats: int) -> list[str]:
    end = start + repeats * length
    first = tokens[start : start + length]
    first[-1] = first[-1].rstrip(_MARKS) + tokens[end - 1][len(tokens[end - 1].rstrip(_MARKS)) :]
    rest = tokens[end:]
    if words[end:] == words[start : start + len(rest)] and len(rest) < length:
        rest = []  # the decoder was stopped in the middle of the loop
        first[-1] = first[-1].rstrip(",")
    return [*tokens[:start], *first, *rest]


def _without_share(tokens: list[str], evidence: Evidence) -> list[str] | None:
    """Drop the repetitions of a group that makes up most of the piece; on weak evidence only: lists do that too."""
    words = _plain(tokens)
    if not evidence.weak or not _repetitive(words):
        return None
    for length in range(min(LONGEST_SHARED, len(words) // SHARE_REPEATS), 1, -1):
        starts = _most_frequent(words, length)
        if len(starts) >= SHARE_REPEATS and len(starts) * length > SHARE * len(words):
            gone = {start + offset for start in starts[1:] for offset in range(length)}
            return [token for number, token in enumerate(tokens) if number not in gone]
    return None


def _repetitive(words: Sequence[str]) -> bool:
    """Say whether any group can make up such a share: its first two words would have to be frequent enough."""
    pairs = Counter(itertools.pairwise(words))
    return bool(pairs) and max(pairs.values()) > SHARE * len(words) / LONGEST_SHARED


def _most_frequent(words: Sequence[str], length: int) -> list[int]:
    """Give where the most frequent group of that many words begins, without overlaps."""
    groups = [tuple(words[number : number + length]) for number in range(len(words) - length + 1)]
    ((most, _count),) = Counter(groups).most_common(1)
    starts: list[int] = []
    for number, group in enumerate(groups):
        if group == most and (not starts or number >= starts[-1] + length):
            starts.append(number)
    return starts
