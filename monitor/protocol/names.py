"""Whether words name a person or an organisation, when a recogniser has misheard them.

Names are what a recogniser gets wrong most, so spelling proves little. What is left: capitals (it knows
that it heard a name), a given name that sounds like it, the nouns that head organisations and
departments, and what the words are not. The lists are the protocol's: `function`, `not_name`,
`organisation`, `generic`, `given_names`, `particles`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from models.rules import Centre
from monitor.protocol.hearing import likeness
from monitor.protocol.text import Token, plain, sound

PERSON_WORDS_MAX = 4
ORGANISATION_WORDS_MAX = 7
CERTAIN, LIKELY, POSSIBLE, FAINT = 1.0, 0.95, 0.88, 0.8
"""Known name; capitals or a noun of the kind; an unknown word where a name is due; little else."""
NEARLY_FROM, NEARLY_MIN = 6, 0.78
JOINED_FROM = 6
"""Letters from which words run together are taken for a name."""
NUMBER_WORDS_MIN, NUMBER_FIGURES_MIN = 2, 3
CONFIGURED_MIN = 78.0
"""Likeness in percent from which words are a name of the configuration."""

_LEAST = {"named": POSSIBLE, "given": CERTAIN, "brand": POSSIBLE}
"""Quality that a kind of slot asks for; the others take any."""

_INNER = {"es": frozenset({"de", "del", "y", "e"}), "en": frozenset({"of", "and"})}
"""Particles that stand only inside the name of an organisation, as sounds, by language."""

LISTS = ("function", "not_name", "organisation", "generic", "given_names", "particles", "formula", "digit")


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of names: the protocol's lists and the centre's own, all as sounds."""

    function: frozenset[str]
    not_name: frozenset[str]
    organisation: frozenset[str]
    generic: frozenset[str]
    given: frozenset[str]
    particles: frozenset[str]
    formula: frozenset[str]
    digit: frozenset[str]
    inner: frozenset[str]
    known_companies: tuple[str, ...]
    known_agents: tuple[str, ...]

    def slot(self, kind: str, tokens: Sequence[Token], at: int) -> Iterable[tuple[int, float]]:
        """Lengths and qualities of the names that can start at `tokens[at]`: the matcher's `Resolver`."""
        if kind == "number":
            return self._number(tokens, at)
        if kind == "word":
            return [(1, CERTAIN)] if self._plain_word(tokens, at) else []
        if kind in ("person", "named", "name", "given"):
            found = self.people(tokens, at, certain=kind in ("name", "given"))
        elif kind == "company":
            found = self.companies(tokens, at)
        elif kind == "headed" and not self._heads(tokens[at]):
            found = []
        else:
            found = self.organisations(tokens, at)
        return [(length, quality) for length, quality in found if quality >= _LEAST.get(kind, 0.0)]

    def _number(self, tokens: Sequence[Token], at: int) -> list[tuple[int, float]]:
        """A number as it is read out, over commas: one word alone may be any amount, so it is none."""
        end = at
        while end < len(tokens) and (tokens[end].plain.isdigit() or tokens[end].sound in self.digit):
            end += 1
        whole = end - at >= NUMBER_WORDS_MIN or (end > at and len(tokens[at].plain) >= NUMBER_FIGURES_MIN)
        alone = end == at + 1 and not tokens[at].plain.isdigit()
        return [(end - at, CERTAIN)] if whole and not alone else []

    def people(self, tokens: Sequence[Token], at: int, *, certain: bool) -> list[tuple[int, float]]:
        """A person's name: `certain` asks for a given name or one of the centre's agents."""
        head, quality = self._given(tokens, at)
        if head == 0 and not certain:
            head, quality = 1, self._unknown(tokens[at])
        if not quality:
            return []
        end = self._surnames(tokens, at + head)
        ends = [at + head] + [n for n in range(at + head + 1, end + 1) if tokens[n - 1].sound not in self.particles]
        return [(last - at, quality) for last in ends]

    def _given(self, tokens: Sequence[Token], at: int) -> tuple[int, float]:
        """Words that sound like a given name, perhaps broken up by the recogniser, and how surely."""
        heard = ""
        for size, token in enumerate(tokens[at : at + 3], start=1):
            heard += token.sound
            alone = size == 1 and not self._excluded(token)
            if (alone or (size > 1 and len(heard) >= JOINED_FROM)) and heard in self.given:
                return size, CERTAIN
            if (alone or size > 1) and self._near(heard, self.known_agents):
                return size, CERTAIN
            if token.stop or token.breaks:
                break
        return (1, LIKELY) if self._nearly_given(tokens[at]) else (0, 0.0)

    def _nearly_given(self, token: Token) -> bool:
        """Whether the recogniser took a word for a name, and one slip makes it a given name."""
        if not token.capital or len(token.sound) < NEARLY_FROM or self._excluded(token) or self._heads(token):
            return False
        return any(likeness(name, token.sound) >= NEARLY_MIN for name in self.given)

    def _heads(self, token: Token) -> bool:
        """Whether a noun, or its plural, heads organisations."""
        return not self.organisation.isdisjoint(
            {token.sound, token.sound.removesuffix("s"), token.sound.removesuffix("es")}
        )

    def _plain_word(self, tokens: Sequence[Token], at: int) -> bool:
        word = tokens[at]
        return not (self._excluded(word) or word.sound in self.formula or self._given(tokens, at)[1])

    def _excluded(self, token: Token) -> bool:
        return token.sound in self.function or token.sound in self.not_name or token.plain.isdigit()

    def _unknown(self, token: Token) -> float:
        if self._excluded(token) or self._heads(token) or token.sound in self.generic:
            return 0.0
        if len(token.sound) < 3:
            return 0.0
        return LIKELY if token.capital else FAINT

    def _surnames(self, tokens: Sequence[Token], at: int) -> int:
        """Where a name that has begun before `at` ends at the latest."""
        end = at
        while end < len(tokens) and end - at < PERSON_WORDS_MAX - 1:
            before, token = tokens[end - 1], tokens[end]
            named = token.text[:1].isupper() or token.sound in self.given or token.sound in self.particles
            if before.stop or before.breaks or not named or self._heads(token):
                break
            end += 1
        return end

    def organisations(self, tokens: Sequence[Token], at: int) -> list[tuple[int, float]]:
        """A company or department: up to the next pause or the next formula."""
        found = self.companies(tokens, at)
        for end in range(at + 1, min(len(tokens), at + ORGANISATION_WORDS_MAX) + 1):
            last = tokens[end - 1]
            if last.sound in self.formula or (last.sound in self.not_name and not last.capital):
                break
            quality = self._organisation(tokens[at:end])
            if quality:
                found.append((end - at, quality))
            if last.stop or last.breaks:
                break
        return found

    def companies(self, tokens: Sequence[Token], at: int) -> list[tuple[int, float]]:
        """A company of the configuration, whatever words its name is made of."""
        alike: dict[int, float] = {}
        heard = ""
        for length, token in enumerate(tokens[at : at + ORGANISATION_WORDS_MAX] if self.known_companies else (), 1):
            heard += token.sound
            alike[length] = max(fuzz.ratio(heard, known) for known in self.known_companies)
        best = max(alike, key=lambda length: alike[length], default=0)
        return [(best, CERTAIN)] if best and alike[best] >= CONFIGURED_MIN else []

    def _organisation(self, words: Sequence[Token]) -> float:
        content = [word for word in words if word.sound not in self.function and word.sound not in self.particles]
        if not content or not self._whole(words):
            return 0.0
        headed = any(self._heads(word) for word in content)
        if all(word.sound in self.generic for word in content):
            return 0.0
        if not headed and self._given(words, 0)[1] and words[0].sound not in self.function:
            return 0.0
        if headed or any(word.capital for word in content):
            return LIKELY if headed else POSSIBLE + 0.04
        return FAINT if any(len(word.sound) > 3 and word.sound not in self.generic for word in content) else 0.0

    def _whole(self, words: Sequence[Token]) -> bool:
        """Whether the words could be a name from its first to its last."""
        first, last = words[0].sound, words[-1].sound
        begun = first not in self.function or first in self.particles
        return begun and first not in self.inner and last not in self.function and last not in self.particles

    @staticmethod
    def _near(heard: str, known: Sequence[str]) -> bool:
        return (
            bool(known) and process.extractOne(heard, known, scorer=fuzz.ratio, score_cutoff=CONFIGURED_MIN) is not None
        )


def names_of(lists: Mapping[str, Sequence[str]], centre: Centre, language: str = "es") -> Names:
    """The names that a protocol's `lists` and a `centre` give; a list that is not there is empty."""
    first = (name.split()[0] for name in centre.agent_names if name.strip())
    heard = {name: frozenset(sound(plain(word), language) for word in lists.get(name, ())) for name in LISTS}
    return Names(
        function=heard["function"],
        not_name=heard["not_name"],
        organisation=heard["organisation"],
        generic=heard["generic"],
        given=heard["given_names"],
        particles=heard["particles"],
        formula=heard["formula"],
        digit=heard["digit"],
        inner=_INNER.get(language, _INNER["es"]),
        known_companies=_joined(centre.company_names, language),
        known_agents=_joined([*centre.agent_names, *first], language),
    )


def _joined(names: Iterable[str], language: str) -> tuple[str, ...]:
    """Each name as one run of sound."""
    return tuple("".join(sound(plain(word), language) for word in name.split()) for name in names if name.strip())
