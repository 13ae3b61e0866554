"""A header's text as a set of concepts: which of the ideas of `reference/concepts.csv` its words name, part by part."""

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from ingest.meaning.abbreviations import (
    CutShort,
    phrases_in_full,
    spellings_in_full,
    ways_in_full,
    words_cut,
    words_in_full,
)
from ingest.meaning.ages import ages_in
from ingest.meaning.header_text import header_key, undated
from ingest.meaning.heads import with_one_head
from ingest.values.phrases import Phrases
from ingest.values.similar import Vocabulary, with_a_letter_less
from ingest.values.syllables import is_syllable
from ingest.values.text import clean, key, spelling, without_accents
from reference.fields import FOLDER

#: The longest phrase that is looked for, in words.
_LONGEST = 12
#: A text of more words than this is a sentence and no header.
_MOST_WORDS = 20
#: A single word of so few letters is read as it stands, or not at all.
_SHORTEST_INEXACT = 3
#: In a phrase of so many words one word may be any other by a slip.
_LONG = 4
#: A word of so few letters has none to lose by a slip.
_SHORTEST_SLIP = 4
#: Words that stand together in so many phrases are a pair by which the first is known when it is cut short.
_OFTEN = 3
#: What a part costs beyond being one part, when it is misspelt or cut short, and when its accents are another word's.
_INEXACT = 2
_OTHER_ACCENTS = 4
#: Two digits, or a number in words (`ba mươi`).
_MAY_NAME_AGES = re.compile(r"(?<!\d)\d\d(?!\d)|[ưu][ơo]i|m[ốo]t\b|tu[ầa]n\b", re.IGNORECASE)
#: `%CT`: the sign is a word of its own.
_TO_A_SIGN = re.compile(r"(?<=[^\W\d])%|%(?=[^\W\d])")
#: `Nghề #`, `Nơi ≠`.
_UNLIKE = re.compile(r"[≠#]")
_WORD = re.compile(r"[^\W\d_]+")
#: `Trưởng bản có phải là đảng viên không`, `… đã vào Đảng chưa`: a header that ends so asks for yes or no.
_QUESTION = re.compile(r"(?<= )(?:(?:hay|hoac) )?(?:khong|chua)$")
#: What stands in brackets.
_ASIDE = re.compile(r"\([^()]*\)")
#: What stands there as an example, or is counted with the others: `(Cao Đài, Phật…)`, `(cả giáo viên)`.
_EXAMPLE = re.compile(r"[^()]*(?:\.{2,}|…) ?\Z|\A *(?:(?:kể|gồm|bao gồm) )?(?:cả|gồm|kể|bao gồm|như) ", re.IGNORECASE)
#: The same where there are no accents; with them `(cá nhân tiêu biểu)` is none.
_PLAIN_EXAMPLE = re.compile(without_accents(_EXAMPLE.pattern), re.IGNORECASE)
#: What begins so in brackets tells how something is counted, or is to be filled in.
_EXPLAINS = re.compile(
    r" *(?:(?:tinh|xet|dem|lay|ghi) )?(?:theo|can cu|dua) | *(?:moi (?:nguoi|dong chi)|(?:chi |xin |de nghi )?ghi) "
    r"| *(?:lay|cong lai|co (?:giay|khai|don)) | *khong (?:bat buoc|nhat thiet) ",
    re.IGNORECASE,
)
#: What tells that columns need not add up, or what to write where there is nothing: no word of it speaks of anybody.
_HOW_TO_FILL_IN = re.compile(
    r" *(?:khong (?:(?:can|nhat thiet|bat buoc|phai) )?(?:cong|bang|khop)"
    r"(?: (?:don|ngang|lai|gop|du|bang|khop|vao|tong|so))*"
    r"|(?:neu )?khong (?:co|phat sinh)(?: gi)?,? (?:thi )?(?:ghi|de|bo|danh|dien)(?: (?:so|0|trong|khong|dau|gach|-))*"
    r"|(?:de|bo|ghi|dien)(?: (?:so|0|trong|khong))+ (?:neu|khi|cho) khong(?: (?:co|phat sinh))?) *",
    re.IGNORECASE,
)
#: What begins to say who is not counted.
_LEAVES_OUT = re.compile(r" *(?:khong|chua) (?:(?:bao )?gom|tinh|ke|cong|thuoc|co trong)\b", re.IGNORECASE)
#: Ideas that it may name without making another thing of what it explains.
_OF_HOW = frozenset(
    {"other_columns", "verification", "paperwork", "month", "start_day", "admission", "member", "age", "occupation"}
    | {"mean", "introduced", "cell", "place", "note"}
)
#: Words that make another day or the contrary of those beside them, as keys.
_TURNING = frozenset({"truoc", "sau", "toi", "ngoai", "qua", "lien", "ke", "cu", "khong", "chua", "khac", "con"})
#: Shorter words are abbreviations.
_SHORTEST_JOINED = 5
#: In a key.
_HAS_VOWEL = re.compile(r"[aeiouy]")
#: A word that is cut short, and the one that a dot or a slash joins to it.
_CUT_PAIR = re.compile(r"(?<![^\W\d_])([^\W\d_]{1,3})[./](?=([^\W\d_]+))")
_TONES = (
    "\N{COMBINING GRAVE ACCENT}\N{COMBINING ACUTE ACCENT}\N{COMBINING TILDE}"
    "\N{COMBINING HOOK ABOVE}\N{COMBINING DOT BELOW}"
)
#: The idea of words that say nothing.
_ANYTHING = "filler"
#: Ideas that tell whom an example is of, none of whom any form counts by themselves.
_OF_PEOPLE = frozenset({"teacher", "education", "other_columns"})


@dataclass(frozen=True)
class Concept:
    """An idea that headers name. Kind `own`: of our forms; `foreign`: says that a column is none of ours (a forecast,
    last year's, a score); `neutral`: says nothing about which field it is."""

    name: str
    kind: str
    phrases: frozenset[str]


#: How words are spelt: each as (key, spelling).
_SpeltWords = tuple[tuple[str, str], ...]
#: How the words of a text are spelt that have accents: key -> its spellings, seldom more than one.
_Spelt = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Parse:
    """One way to read a text: the concepts of its parts, the words that are in no list, and whether a part was
    misspelt or cut short."""

    concepts: frozenset[str]
    unknown: tuple[str, ...]
    is_exact: bool


@cache
def concepts() -> dict[str, Concept]:
    """Every concept by name."""
    with (FOLDER / "concepts.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["concept"]: Concept(row["concept"], row["kind"], frozenset(row["phrases"].split("|")))
            for row in csv.DictReader(lines)
        }


@cache
def _of_phrases() -> dict[str, frozenset[str]]:
    """Phrase (a key) -> the concepts it may name; neutral phrases name none."""
    return {phrase: frozenset(name for name, _ in meant) for phrase, meant in _spelt_phrases().items()}


@cache
def _spelt_phrases() -> dict[str, frozenset[tuple[str, _SpeltWords]]]:
    """Phrase (a key) -> (concept, its words with their accents): `chờ` (awaiting) and `cho` (for) have one key."""
    found: dict[str, set[tuple[str, _SpeltWords]]] = defaultdict(set)
    for concept in concepts().values():
        name = "" if concept.kind == "neutral" else concept.name
        for given in concept.phrases:
            for phrase in phrases_in_full(given, concept.name):
                words = tuple((key(word), word) for word in spelling(phrase).split())
                found[key(phrase) or phrase].add((name, words))
    return {phrase: frozenset(meant) for phrase, meant in found.items()}


@cache
def _phrases() -> Phrases:
    return Phrases(_of_phrases())


@cache
def _words() -> frozenset[str]:
    return frozenset(word for phrase in _of_phrases() for word in phrase.split())


def _cut_short(text: str) -> CutShort:
    return CutShort(_words_before(_OFTEN), _words_before(1), words_cut(text))


@cache
def _words_before(least: int) -> Mapping[str, frozenset[str]]:
    """Word of the phrases -> the words that stand right before it in at least so many."""
    found: dict[str, set[str]] = defaultdict(set)
    for (before, word), number in _pairs().items():
        if number >= least and len(before) > 1:
            found[word].add(before)
    return {word: frozenset(before) for word, before in found.items()}


@cache
def _pairs() -> Mapping[tuple[str, str], int]:
    return Counter(pair for phrase in _of_phrases() for pair in pairwise(phrase.split()))


@cache
def _known_spellings() -> frozenset[str]:
    """Every word of the phrases as it is spelt: who writes one of them means it, and no other."""
    return frozenset[str]().union(*_spellings().values())


@cache
def _spellings() -> Mapping[str, frozenset[str]]:
    """Word of the phrases (a key) -> how it is spelt there."""
    found: dict[str, set[str]] = defaultdict(set)
    for meant in _spelt_phrases().values():
        for _, words in meant:
            for word, accented in words:
                found[word].add(accented)
    return {word: frozenset(spellings) for word, spellings in found.items()}


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary(_of_phrases())


@cache
def is_foreign(name: str) -> bool:
    """Whether the concept says that a column is none of the forms'."""
    return name in concepts() and concepts()[name].kind == "foreign"


def foreign_concepts(text: str) -> frozenset[str]:
    """What `text` names, in any way to read it, that is none of the forms'."""
    return frozenset(name for parse in parses(text) for name in parse.concepts if is_foreign(name))


def without_asides(text: str) -> str:
    """`text` without what stands in brackets (`Qua đời (TT)`: it repeats, or counts in a unit), but for what speaks of
    something else."""
    if "(" not in text:
        return clean(text)
    for aside in asides_of(text):
        foreign = foreign_concepts(aside)
        if foreign and not is_explanation(aside) and not (is_example(aside) and foreign <= _OF_PEOPLE):
            return text
    return without_brackets(text)


def without_brackets(text: str) -> str:
    """`text` without whatever stands in brackets."""
    return clean(_ASIDE.sub(" ", text))


def is_example(aside: str) -> bool:
    """Whether what stands in brackets is an example of what stands before it, or counted with it."""
    example = _PLAIN_EXAMPLE if aside == without_accents(aside) else _EXAMPLE
    return example.match(aside) is not None


def is_explanation(aside: str) -> bool:
    """Whether what stands in brackets only tells how it is counted (`theo năm sinh trong lý lịch`) or filled in, as far
    as its words are known."""
    plain = without_accents(aside)
    return _HOW_TO_FILL_IN.fullmatch(plain) is not None or (
        _EXPLAINS.match(plain) is not None and any(parse.concepts <= _OF_HOW for parse in parses(aside))
    )


def leaves_out(aside: str) -> bool:
    """Whether what stands in brackets says who is not counted (`chưa tính tăng, giảm`)."""
    return _LEAVES_OUT.match(without_accents(aside)) is not None


def asides_of(text: str) -> tuple[str, ...]:
    """What stands in brackets."""
    return tuple(aside.strip("()") for aside in _ASIDE.findall(text)) if "(" in text else ()


@lru_cache(maxsize=16384)
def parses(text: str) -> tuple[Parse, ...]:
    """The ways to read `text`: whole, with the fewest parts; when some words are in no list, the one way that leaves
    the fewest of them over. Empty for a text that is too long for a header.

    Words are read as they stand, then as misspelt or cut short.
    """
    if whole := parses_whole(text):
        return whole
    own, words = _parted(text)
    if len(words) > _MOST_WORDS:
        return ()
    spelt = _spelt(text)
    names, unknown = _best_part(words, spelt)
    in_full = [_best_part(way.words, spelt) for way in ways_in_full(words, _cut_short(text))]
    # `KL phải …`: what an abbreviation stands for is said, though a word beside it is not known.
    least = min((len(left) for _, left in in_full), default=len(unknown))
    best = {each for each in in_full if len(each[1]) == least} if least < len(unknown) else set()
    if len({said for said, _ in best}) == 1:
        names, unknown = min(best, key=lambda each: each[1])
    return (Parse(own | names, unknown, True),)


@lru_cache(maxsize=16384)
def parses_whole(text: str) -> tuple[Parse, ...]:
    """The ways to read `text` without leaving a word over; none for most texts, which are no headers."""
    if as_written := parses_as_written(text):
        return as_written
    own, words = _parted(text)
    if len(words) > _MOST_WORDS:
        return ()
    if in_full := _covers_in_full(words, text):
        return tuple(Parse(own | names, (), True) for names in sorted(in_full, key=sorted))
    if _vocabulary().may_hold(" ".join(words)):
        _, whole = _covers(words, _spelt(text), exact=False)
        return tuple(Parse(own | names, (), False) for names in sorted(whole, key=sorted))
    return ()


@lru_cache(maxsize=16384)
def parses_as_written(text: str) -> tuple[Parse, ...]:
    """The ways to read `text` without leaving a word over and with every word as it stands."""
    own, words = _parted(text)
    if len(words) > _MOST_WORDS or not _words().issuperset(words):
        return ()
    _, whole = _covers(words, _spelt(text), exact=True)
    return tuple(Parse(own | names, (), True) for names in sorted(whole, key=sorted))


@lru_cache(maxsize=4096)
def parses_of_group(text: str) -> tuple[Parse, ...]:
    """The ways to read what stands over several columns: where a word is in no list, as what it was before a slip made
    another word of one of its words (`Gioi tieu boi`), if that can only be one thing."""
    if whole := parses_whole(text):
        return whole
    mended = {parse.concepts for other in with_a_slip_mended(text) for parse in parses_whole(other)} - {frozenset()}
    return (Parse(mended.pop(), (), False),) if len(mended) == 1 else parses(text)


@lru_cache(maxsize=4096)
def with_a_slip_mended(text: str) -> tuple[str, ...]:
    """The texts that this one may have been before a letter of one of its words was left out, or changed about with the
    next, whether or not a word came of it (`tho đạo` for `theo đạo`). Letters keep accents: `cần` was no `cạnh`."""
    return tuple(
        f"{text[: match.start()]}{meant}{text[match.end() :]}"
        for match in _WORD.finditer(text)
        for meant in sorted(_before_a_slip(key(match[0])))
        if match[0].isascii() or _keeps_its_accents(spelling(match[0]), meant)
    )


def _keeps_its_accents(written: str, meant: str) -> bool:
    """Whether `written` is what a slip leaves of a word (`meant` is its key) as the phrases spell it; a tone may go
    with its letter."""
    letters, tone = _letters_and_tone(written)
    return any(
        tone in ("", meant_tone)
        and (
            letters in with_a_letter_less(meant_letters)
            or (len(letters) == len(meant_letters) and sorted(letters) == sorted(meant_letters))
        )
        for meant_letters, meant_tone in map(_letters_and_tone, _spellings().get(meant, ()))
    )


def _letters_and_tone(word: str) -> tuple[str, str]:
    """A word's spelling, parted."""
    letters = word.rstrip(_TONES)
    return unicodedata.normalize("NFC", letters), word[len(letters) :]


@lru_cache(maxsize=4096)
def _before_a_slip(word: str) -> frozenset[str]:
    swapped = (word[:place] + word[place : place + 2][::-1] + word[place + 2 :] for place in range(len(word) - 1))
    changed = {other for other in swapped if len(other) >= _SHORTEST_SLIP and is_syllable(other)} & _words()
    return _words_by_a_letter_less().get(word, frozenset()) | changed - {word}


@cache
def _words_by_a_letter_less() -> Mapping[str, frozenset[str]]:
    """What is left of each word of the phrases that lacks a letter -> the words."""
    found: dict[str, set[str]] = defaultdict(set)
    for word in _words():
        # An abbreviation (`ctiêu`) is no word that has lost a letter.
        for less in with_a_letter_less(word) if len(word) >= _SHORTEST_SLIP and is_syllable(word) else ():
            found[less].add(word)
    return {less: frozenset(words) for less, words in found.items()}


@lru_cache(maxsize=16384)
def _parted(text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """What a text says as a whole (a range of ages, a question), as concepts, and its other words."""
    text = _TO_A_SIGN.sub(" % ", _UNLIKE.sub(" khác ", text))
    ages = ages_in(text) if _MAY_NAME_AGES.search(text) else None
    words = undated(header_key(ages[1] if ages else text))
    asked = _QUESTION.search(words)
    own = {ages[0].concept} if ages else set[str]()
    if asked and words.count(" ") > 1:
        own.add("question")
        words = words[: asked.start()]
    apart = " ".join(each for word in words.split() for each in _with_its_blank(word))
    # `Chỉ tiêunăm 2024`: only then the year could not be seen before.
    apart = apart if apart == words else undated(apart)
    return frozenset(own), with_one_head(words_in_full(_with_cut_pairs_together(text, tuple(apart.split()))))


@lru_cache(maxsize=4096)
def _with_its_blank(word: str) -> tuple[str, ...]:
    """Two words that are written as one (`thángtrước`), where only one pair that often stands together can be meant;
    a word whose last letter is written twice (`nghềề`) without it."""
    if len(word) < _SHORTEST_JOINED or word in _words() or is_syllable(word) or not word.isalpha():
        return (word,)
    if word[-1] == word[-2] and (word[:-1] in _words()):
        return (word[:-1],)
    pairs = [(word[:end], word[end:]) for end in range(2, len(word) - 1)]
    found = [pair for pair in pairs if _pairs()[pair] and all(map(is_syllable, pair))]
    return found[0] if len(found) == 1 else (word,)


def _with_cut_pairs_together(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with two as one that a dot or a slash joins (`ng.dân`: farmers, or people) and that say nothing one by
    one: together they say something."""
    for before, after in ((key(cut), key(word)) for cut, word in _CUT_PAIR.findall(text)):
        # `ấp/khóm`: a syllable, which has a vowel, is not cut short.
        if _HAS_VOWEL.search(before) or not _says_nothing(before, after):
            continue
        place = next((at for at, pair in enumerate(pairwise(words)) if pair == (before, after)), None)
        # `Ng.khai giảng`: the second belongs to the word after it.
        if place is not None and words[place + 1 : place + 3] not in _pairs():
            words = (*words[:place], before + after, *words[place + 2 :])
    return words


def _says_nothing(*words: str) -> bool:
    return " ".join(words) not in _spelt_phrases() and all(
        {name for name, _ in _spelt_phrases().get(word, ())} == {""} for word in words
    )


@lru_cache(maxsize=16384)
def _spelt(text: str) -> _Spelt:
    """The words of a text that have accents; those without may stand for any."""
    words = spelling(text).split()
    if all(map(str.isascii, words)):
        return {}
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(key(word), []).append(word)
    for word in spellings_in_full(tuple(map(key, words))):
        found.setdefault(key(word), []).append(word)
    # `đồng chí` does not make another word of `chi bộ`.
    return {word: spellings for word, spellings in found.items() if not all(map(str.isascii, spellings))}


def _as_spelt(written: str, spelt: _Spelt) -> frozenset[str]:
    """The concepts of a phrase (a key) that may be meant where the text's words are spelt so. In a text with accents a
    word without any is what it is (`anh` is no `ảnh`), where it can be."""
    if spelt and (exactly := _where(written, lambda word, accented: accented in spelt.get(word, (word,)))):
        return exactly
    return _where(written, lambda word, accented: word not in spelt or accented in spelt[word])


def _where(written: str, is_so: Callable[[str, str], bool]) -> frozenset[str]:
    """The concepts that a phrase (a key) names whose words (as keys, and with their accents) are all so."""
    return frozenset(
        name for name, words in _spelt_phrases()[written] if all(is_so(word, accented) for word, accented in words)
    )


def _as_heard(written: str, spelt: _Spelt) -> frozenset[str]:
    """The same where tones that sound alike are not told apart."""
    return frozenset(
        name
        for name, words in _spelt_phrases()[written]
        if all(_alike_tones(accented) in map(_alike_tones, spelt.get(word, (accented,))) for word, accented in words)
    )


def _alike_tones(word: str) -> str:
    """A word's spelling without the difference of the two tones that are written for one another most often."""
    return word.replace("\N{COMBINING HOOK ABOVE}", "\N{COMBINING TILDE}")


#: A phrase that some words may be: how many words, what it costs beyond being one part, and what it may name.
_Found = tuple[int, int, frozenset[str]]


def _as_written(words: tuple[str, ...], spelt: _Spelt) -> Iterator[_Found]:
    """The phrases that the first words are as they stand, from short to long."""
    for number, phrase in _phrases().as_written(words[:_LONGEST]):
        if names := _as_spelt(phrase, spelt):
            yield number, 0, names


def _nearly(words: tuple[str, ...], spelt: _Spelt) -> Iterator[_Found]:
    """The phrases that the first words may be, as they stand or misspelt or cut short, from short to long."""
    for number, alike in _phrases().nearly(words[:_LONGEST]):
        written = " ".join(words[:number])
        if written in _spelt_phrases():
            yield number, *_with_accents(written, spelt, is_word=number == 1)
        elif (number > 1 or len(written) > _SHORTEST_INEXACT) and _HAS_VOWEL.search(written):
            # A single short word that is cut short may be anything, and one that is a word is no other that was
            # misspelt. Of words that are all cut short none says which they are (`trg th.`: `trong tháng`, or `trưởng
            # thôn`).
            is_word = number == 1 and is_syllable(written)
            nearest = {
                phrase: cost
                for phrase, cost in alike.items()
                if not _turns_by_a_letter(words, phrase.split())
                if (" " in phrase and _may_be_misspelt(words[:number], phrase.split(), spelt))
                or (" " not in phrase and not is_word and abs(len(phrase) - len(written)) <= 1)
            }
            if nearest:
                least = min(nearest.values())
                names = (_of_phrases()[phrase] for phrase, cost in nearest.items() if cost == least)
                yield number, _INEXACT + least, frozenset[str]().union(*names)


def _may_be_misspelt(words: tuple[str, ...], meant: Sequence[str], spelt: _Spelt) -> bool:
    """Whether no written word that differs from the one meant stands for itself (`đảng viên chốt` is no `đảng viên
    chết`): a syllable that the phrases have, spelt so where it has accents. Initials stand for several words, and among
    so many others a slip is one."""
    if len(words) != len(meant):
        return True
    others = [word for word, other in zip(words, meant, strict=True) if word != other]
    if len(words) >= _LONG and len(others) == 1:
        return True
    return not any(is_syllable(word) and _stands_for_itself(word, spelt.get(word, ())) for word in others)


def _turns_by_a_letter(words: tuple[str, ...], meant: Sequence[str]) -> bool:
    """Whether a single letter would stand for a word that makes another day or the contrary of the others (`cuối kỳ T`
    for `cuối kỳ trước`, the end of the month for its beginning)."""
    return any(
        len(word) == 1 and other in _TURNING and word != other for word, other in zip(words, meant, strict=False)
    )


def _stands_for_itself(word: str, spellings: Sequence[str]) -> bool:
    return any(each in _known_spellings() for each in spellings) if spellings else word in _words()


def _with_accents(written: str, spelt: _Spelt, *, is_word: bool) -> tuple[int, frozenset[str]]:
    """(cost, concepts) of words that are a phrase but for their accents, perhaps."""
    if names := _as_spelt(written, spelt):
        return 0, names
    if not is_word and all(_stands_for_itself(word, spelt[word]) for word in written.split() if word in spelt):
        # `Đảng kết nạp` is no `đang kết nạp`: every word is one that is meant as it stands.
        return 0, frozenset()
    # `Côn đoàn` is a misspelt `Công đoàn`, and no `còn` beside a `đoàn`; `nử` is what many write for `nữ`.
    names = _as_heard(written, spelt) if is_word else _of_phrases()[written]
    return _OTHER_ACCENTS, names - {""} if is_word else names


#: What the cheapest ways to read words cost, and the sets of concepts that they name; no sets where there is no way.
_Covers = tuple[int, frozenset[frozenset[str]]]


def _covers(words: tuple[str, ...], spelt: _Spelt, *, exact: bool) -> _Covers:
    """The cheapest ways to part all the words into phrases."""
    phrases_at = _as_written if exact else _nearly
    #: By the number of words from the first: what the cheapest ways to part them cost, and the last phrase of each way
    #: (where it starts, what it may name).
    least: list[int | None] = [0, *[None] * len(words)]
    last_phrases: list[list[tuple[int, frozenset[str]]]] = [[] for _ in least]
    for start in range(len(words)):
        so_far = least[start]
        if so_far is None:
            continue
        for number, extra, names in phrases_at(words[start:], spelt):
            end, cost = start + number, so_far + 1 + extra
            best = least[end]
            if not names or (best is not None and cost > best):
                continue
            if cost != best:
                least[end], last_phrases[end] = cost, []
            last_phrases[end].append((start, names))
    on_the_way = {len(words)}
    for end in range(len(words), 0, -1):
        if end in on_the_way:
            on_the_way.update(start for start, _ in last_phrases[end])
    sets = {0: frozenset({frozenset[str]()})}
    for end in sorted(on_the_way - {0}):
        sets[end] = frozenset(
            each | {name} if name else each
            for start, names in last_phrases[end]
            for each in sets[start]
            for name in names
        )
    return least[-1] or 0, sets[len(words)]


def _covers_in_full(words: tuple[str, ...], text: str) -> frozenset[frozenset[str]]:
    """The sets of concepts of the cheapest ways to read the words once their abbreviations are in full. What an
    abbreviation stands for only beside other concepts makes nothing foreign (`TS ĐV`: the members, not all who are in
    the youth union)."""
    spelt = _spelt(text)
    ways = (way for way in ways_in_full(words, _cut_short(text)) if _words().issuperset(way.words))
    read = [(*found, way) for way in ways if (found := _covers(way.words, spelt, exact=True))[1]]
    # What a pair of words stands for is not told by how many other words it goes with; but nothing is foreign by it.
    best = min((cost for cost, _, _ in read), default=0)
    least: dict[tuple[str, ...], int] = {}
    for cost, _, way in read:
        least[way.pairs] = min(cost, least.get(way.pairs, cost))
    return frozenset(
        names
        for cost, sets, way in read
        if cost == least[way.pairs]
        for names in sets
        if not any(map(is_foreign, names))
        or (cost == best and all(each & names or _ANYTHING in each for each in way.beside))
    )


def _best_part(words: tuple[str, ...], spelt: _Spelt) -> tuple[frozenset[str], tuple[str, ...]]:
    """The concepts of the phrases found from left to right, the longest first, and the words in none of them. A phrase
    that may name several concepts counts as unknown."""
    names: set[str] = set()
    unknown: list[str] = []
    start = 0
    while start < len(words):
        longest = None
        for longest in _as_written(words[start:], spelt):  # noqa: B007
            pass
        if longest is None:
            unknown.append(words[start])
            start += 1
            continue
        number, _, found = longest
        names |= {name for name in found if name} if len(found) == 1 else set()
        unknown += words[start : start + number] if len(found) > 1 else ()
        start += number
    return frozenset(names), tuple(unknown)
