"""Where somebody is addressed as tú or vos: by the forms of verbs and pronouns, not by phrases.

Pronouns and possessives say it by themselves, verbs by their second person. Left out: names with a
"Tu" in them, letters read out ("o ene te"), and what is quoted from a screen, a letter or a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.protocol.conjugation import second_persons
from monitor.protocol.text import Token, plain, sound

QUOTED_WORDS = 8
"""So many words behind a word that quotes are taken to be quoted, to the end of the sentence."""
SURE, LIKELY = 1.0, 0.92
_PRONOUNS = frozenset({"vos", "contigo", "tuyo", "tuya", "tuyos", "tuyas"})
_PREPOSITIONS = frozenset({"a", "para", "de", "por", "sin", "en", "hacia", "ante", "sobre"})
_BEHIND_TE = frozenset(
    [
        "lo",
        "la",
        "los",
        "las",
        "he",
        "ha",
        "han",
        "hemos",
        "habia",
        "habian",
        "voy",
        "va",
        "vamos",
        "van",
        "estoy",
        "esta",
        "estan",
        "estamos",
        "es",
        "fue",
    ]
)
_BEHIND_TU = frozenset({"mismo", "misma"})
_ACCENTED = frozenset({"estás", "das", "vas", "irás", "verás", "serás", "darás"})
"""Second persons only where the recogniser wrote the accent or the word is no other."""
LISTS = ("verbs", "second_persons", "not_verbs", "letters", "quoting", "function")


@dataclass(frozen=True, slots=True)
class Address:
    """What is known of a language's second person: words without accents."""

    forms: frozenset[str]
    letters: frozenset[str]
    quoting: frozenset[str]
    function: frozenset[str]
    """As sounds."""

    def found(self, tokens: Sequence[Token]) -> list[tuple[int, float]]:
        """Places of words that address somebody as tú or vos, each with how surely."""
        if not self.forms:
            return []
        sure = ((at, self._sure(tokens, at)) for at in range(len(tokens)))
        found = [(at, value) for at, value in sure if value and not self._quoted(tokens, at)]
        if len(found) == 1 and _slip(tokens[found[0][0]]):
            return []
        return found

    def set_aside(self, tokens: Sequence[Token]) -> list[int]:
        """Places of words that look like tú or vos and are not: quoted, read out as letters, or one slip in a call."""
        if not self.forms:
            return []
        found = {at for at, _ in self.found(tokens)}
        alike = (at for at in range(len(tokens)) if self._sure(tokens, at) or self._spelt(tokens, at))
        return [at for at in alike if at not in found]

    def _sure(self, tokens: Sequence[Token], at: int) -> float:
        token, after = tokens[at], self._after(tokens, at)
        word = token.plain
        if word in _PRONOUNS or token.text.lower() in _ACCENTED:
            return SURE
        if word == "ti":
            return SURE if at and tokens[at - 1].plain in _PREPOSITIONS else 0.0
        if word in ("tu", "tus"):
            return self._possessive(token, after)
        if word == "te":
            return self._clitic(tokens, at, after)
        return LIKELY if word in self.forms and not token.capital else 0.0

    def _possessive(self, token: Token, after: Token | None) -> float:
        if token.capital:
            return 0.0
        if token.text.lower() == "tú" or (after is not None and after.plain in _BEHIND_TU):
            return SURE
        named = after is not None and (after.sound not in self.function and not after.text[:1].isupper())
        return LIKELY if named else 0.0

    def _clitic(self, tokens: Sequence[Token], at: int, after: Token | None) -> float:
        if self._spelt(tokens, at) or after is None or tokens[at].text == "té":
            return 0.0
        verbal = after.plain in _BEHIND_TE or after.sound not in self.function
        return LIKELY if verbal else 0.0

    def _spelt(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether "te" is the letter, between others."""
        beside = (self._after(tokens, at), tokens[at - 1] if at else None)
        return tokens[at].plain == "te" and any(token is not None and token.plain in self.letters for token in beside)

    @staticmethod
    def _after(tokens: Sequence[Token], at: int) -> Token | None:
        joined = at + 1 < len(tokens) and not (tokens[at].stop or tokens[at].breaks)
        return tokens[at + 1] if joined else None

    def _quoted(self, tokens: Sequence[Token], at: int) -> bool:
        for before in reversed(tokens[max(0, at - QUOTED_WORDS) : at]):
            if before.ends_sentence and before.plain not in self.quoting:
                return False
            if before.plain in self.quoting:
                return True
        return False


def _slip(token: Token) -> bool:
    """Whether one letter misheard makes it a form of usted ("quieras"): alone in a call it proves nothing."""
    return token.plain.endswith(("as", "es", "is")) and not token.plain.startswith(("tu", "vos"))


def address_of(lists: Mapping[str, Sequence[str]]) -> Address:
    """The second person as a protocol's lists give it; without `verbs` and `second_persons` nothing is found."""
    given = {name: _plains(lists.get(name, ())) for name in LISTS}
    forms = (second_persons(lists.get("verbs", ())) | given["second_persons"]) - given["not_verbs"]
    function = frozenset(sound(word) for word in given["function"])
    return Address(forms, given["letters"], given["quoting"], function)


def _plains(words: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(word) for word in words)
