"""Second persons of Spanish verbs: what is said to somebody addressed as tú or vos, and never to usted.

Regular conjugation with one changed stem (`contar/cuent`): enough for the few hundred verbs of the
telephone. Forms of tú and vos differ by accents that recognisers drop, so both are kept without.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.protocol.text import plain

_FINITE = {
    "ar": ("as", "abas", "aste", "ases"),
    "er": ("es", "ias", "iste", "ieses"),
    "ir": ("is", "ias", "iste", "ieses"),
}
"""Endings on the stem: present, imperfect, preterite, subjunctive. The present of tú in -ir is on the changed stem."""
_CHANGED = {"ar": ("as", "es"), "er": ("es", "as"), "ir": ("es", "as")}
"""Endings on the changed stem: present and subjunctive of tú."""
_ON_INFINITIVE = ("as", "ias")
_IMPERATIVE = {"ar": ("a",), "er": ("e",), "ir": ("e", "i")}
_GERUND = {"ar": "ando", "er": "iendo", "ir": "iendo"}
_ENCLITIC = (
    *("me", "nos", "lo", "la", "los", "las", "le", "les", "te"),
    *("melo", "mela", "melos", "melas", "telo", "tela", "telos", "telas", "noslo", "selo", "sela", "selos", "selas"),
)
_REFLEXIVE = ("te", "telo", "tela", "telos", "telas")


def second_persons(verbs: Iterable[str]) -> frozenset[str]:
    """All forms, without accents, of verbs given as `llamar` or `contar/cuent`."""
    return frozenset(form for verb in verbs for form in _forms(*_parts(verb)))


def _parts(verb: str) -> tuple[str, str]:
    infinitive, _, changed = plain(verb).partition("/")
    return infinitive, changed or infinitive[:-2]


def _forms(infinitive: str, changed: str) -> Iterable[str]:
    stem, kind = infinitive[:-2], infinitive[-2:]
    for ending in _FINITE.get(kind, ()):
        yield stem + ending
    for ending in _CHANGED.get(kind, ()):
        yield _spelt(changed, stem, ending)
    for ending in _ON_INFINITIVE:
        yield infinitive + ending
    for vowel in _IMPERATIVE.get(kind, ()):
        for clitic in _ENCLITIC:
            yield from {changed + vowel + clitic, stem + vowel + clitic}
    for clitic in _REFLEXIVE:
        yield from {
            infinitive + clitic,
            stem + _GERUND.get(kind, "") + clitic,
            changed + _GERUND.get(kind, "") + clitic,
        }


def _spelt(changed: str, stem: str, ending: str) -> str:
    """A changed stem with the spelling that keeps its sound: busques, pagues, cruces."""
    if stem[-1:] in "cgz" and ending == "es" and changed[-1:] == stem[-1:]:
        return changed[:-1] + {"c": "qu", "g": "gu", "z": "c"}[stem[-1]] + ending
    return changed + ending
