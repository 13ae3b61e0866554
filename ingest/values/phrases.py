"""Which of many phrases a text stands for, word by word: as they stand, misspelt by a letter or abbreviated."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from ingest.values.similar import LONGEST_START, is_misspelling, sounded, with_a_letter_less

#: What counts against a match: a misspelt word, an abbreviated one.
_MISSPELT = 2
_ABBREVIATED = 1
#: So many letters may be what is left of many words; more of them that are a word are that word.
_LONGEST_CUT = 2


def distance(written: str, meant: str) -> int | None:
    """How far `written` is from `meant` (both keys); None when they are not the same words.

    0 for equal keys. A word may lack, add or change one letter or swap two neighbours (`ket nạ`), be cut short
    (`t so` for `tong so`), or stand for several by their initials (`dtts` for `dan toc thieu so`).
    """
    return near(written, frozenset({meant})).get(meant)


@lru_cache(maxsize=65536)
def near(written: str, phrases: frozenset[str]) -> Mapping[str, int]:
    """Those of `phrases` (keys) that `written` (a key) may stand for, each with how far it is from it (`distance`)."""
    words = written.split()
    found: Mapping[str, int] = {}
    number = 0
    for number, found in phrases_of(phrases).nearly(words):  # noqa: B007
        pass
    return found if words and number == len(words) else {}


@cache
def phrases_of(phrases: frozenset[str]) -> "Phrases":
    """The tree of these phrases (keys)."""
    return Phrases(phrases)


#: Words with what each costs: where it is all that is written, and beside others.
_Alike = tuple[dict[str, int], dict[str, int]]


class _Node:
    """A place in the tree of phrases: the phrase that ends here, and the words that go on from here."""

    __slots__ = ("_by_letter", "following", "phrase")

    def __init__(self) -> None:
        self.phrase: str | None = None
        self.following: dict[str, _Node] = {}
        self._by_letter: dict[str, list[_Node]] | None = None

    def by_letter(self, letter: str) -> "list[_Node]":
        """The places after each word that begins with the letter."""
        if self._by_letter is None:
            self._by_letter = {}
            for word, node in self.following.items():
                self._by_letter.setdefault(word[0], []).append(node)
        return self._by_letter.get(letter, [])

    def by_initials(self, letters: str) -> "list[_Node]":
        """The places after words that have these initials."""
        nodes = [self]
        for letter in letters:
            nodes = [after for node in nodes for after in node.by_letter(letter)]
        return nodes


class Phrases:
    """Phrases (keys) as a tree of their words. What the first words of a text may stand for is worked out once for all
    phrases that begin alike, and given up as soon as none of them goes on so."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._root = _Node()
        self._initials: set[str] = set()
        all_words: set[str] = set()
        for phrase in phrases:
            words = phrase.split()
            node = self._root
            for word in words:
                after = node.following.get(word)
                if after is None:
                    after = node.following[word] = _Node()
                node = after
            node.phrase = phrase
            all_words.update(words)
            initials = "".join(word[0] for word in words)
            self._initials.update(
                initials[first:last] for first in range(len(words)) for last in range(first + 2, len(words) + 1)
            )
        self._words = all_words
        self._by_start = _by(all_words, _starts)
        self._by_sound = _by(all_words, lambda word: {sounded(word)})
        self._by_letters = _by(all_words, lambda word: {word} | with_a_letter_less(word))
        #: Per written word, the words that it may stand for with their costs: alone, and beside others. Those of the
        #: phrases' own words are kept for good, and worked out when one of them is first met.
        self._alike_others = lru_cache(maxsize=16384)(self._words_alike)
        self._alike_own: dict[str, _Alike] = {}

    def as_written(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The phrases that the first words are as they stand, from short to long: (number of words, phrase)."""
        node = self._root
        for number, word in enumerate(words, start=1):
            if word not in node.following:
                return
            node = node.following[word]
            if node.phrase is not None:
                yield number, node.phrase

    def nearly(self, words: Sequence[str]) -> Iterator[tuple[int, dict[str, int]]]:
        """The phrases that the first word, the first two … may stand for, each with its cost, as far as there are
        phrases that go on so."""
        ways = {self._root: 0}
        is_letters = True
        for number, word in enumerate(words, start=1):
            ways = self._after(ways, word)
            if not ways:
                return
            found = {node.phrase: cost for node, cost in ways.items() if node.phrase is not None}
            if number == 1:
                # A word alone says too little to be taken for what it only sounds like (`chong`, `trong`).
                found = {phrase: cost for phrase, cost in found.items() if " " in phrase} | self._alone(word)
            is_letters = is_letters and len(word) == 1
            if is_letters:
                # `a`, `b`, `c` over the columns of somebody else's table begin many words and say nothing.
                found = {phrase: cost for phrase, cost in found.items() if not cost}
            yield number, found

    def _alone(self, word: str) -> dict[str, int]:
        alone, _ = self._alike(word)
        following = self._root.following
        return {
            meant: cost for meant, cost in alone.items() if meant in following and following[meant].phrase is not None
        }

    def _after(self, ways: Mapping[_Node, int], word: str) -> dict[_Node, int]:
        """The places that the next word leads to, each at its least cost."""
        _, alike = self._alike(word)
        # `ĐTN` is the youth union's, and no `đoàn thể nào`.
        is_its_own = len(word) > _LONGEST_CUT and word in self._words
        may_be_initials = word in self._initials and word.isalpha() and not is_its_own
        found: dict[_Node, int] = {}
        for node, so_far in ways.items():
            following = node.following
            for meant in alike if len(alike) < len(following) else following:
                if meant in alike and meant in following:
                    after, cost = following[meant], so_far + alike[meant]
                    if cost < found.get(after, cost + 1):
                        found[after] = cost
            for after in node.by_initials(word) if may_be_initials else ():
                cost = so_far + _ABBREVIATED
                if cost < found.get(after, cost + 1):
                    found[after] = cost
        return found

    def _alike(self, word: str) -> _Alike:
        if word not in self._words:
            return self._alike_others(word)
        if word not in self._alike_own:
            self._alike_own[word] = self._words_alike(word)
        return self._alike_own[word]

    def _words_alike(self, word: str) -> _Alike:
        """The words of the phrases that a written word may stand for with the cost of each: where it is all that is
        written, and beside others."""
        alone: dict[str, int] = {}
        if len(word) <= LONGEST_START and word.isalpha():
            alone = dict.fromkeys(self._by_start.get(word, ()), _ABBREVIATED)
        beside = dict(alone)
        for meant in self._by_sound.get(sounded(word), ()):
            beside[meant] = _MISSPELT
        for like in {word} | with_a_letter_less(word):
            for meant in self._by_letters.get(like, ()):
                if is_misspelling(word, meant):
                    alone[meant] = beside[meant] = _MISSPELT
                elif _lacks_its_vowel_or_end(word, meant):
                    beside[meant] = _MISSPELT
        if word in self._words:
            alone[word] = beside[word] = 0
        return alone, beside


def _by(words: Iterable[str], likes: Callable[[str], Iterable[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        for like in likes(word):
            found.setdefault(like, []).append(word)
    return found


def _starts(word: str) -> list[str]:
    return [word[:length] for length in range(1, min(len(word), LONGEST_START + 1))]


def _lacks_its_vowel_or_end(written: str, meant: str) -> bool:
    """`dn` for `dan`, `xa` for `xoa`: only beside other words, alone it says too little."""
    return len(meant) == 3 and len(written) == 2 and any(written == meant[:i] + meant[i + 1 :] for i in range(1, 3))
