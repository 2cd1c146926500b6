"""Letters as they are spelt: "be de Burgos", "uve doble", "i griega", "ge punto o"; or as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.personal_data.atoms import Atom
from monitor.personal_data.vocabulary import words

_NAMES = {
    "a": "A", "be": "B", "ve": "V", "ce": "C", "de": "D", "e": "E", "efe": "F", "ge": "G", "hache": "H", "ache": "H",
    "i": "I", "jota": "J", "ka": "K", "ca": "K", "ele": "L", "eme": "M", "ene": "N", "eñe": "Ñ", "o": "O", "pe": "P",
    "cu": "Q", "erre": "R", "ere": "R", "ese": "S", "te": "T", "u": "U", "uve": "V", "ube": "V", "equis": "X",
    "ekis": "X", "ye": "Y", "zeta": "Z", "ceta": "Z", "seta": "Z",
}  # fmt: skip
_PAIRS = {
    ("i", "griega"): "Y", ("uve", "doble"): "W", ("ve", "doble"): "W", ("doble", "uve"): "W", ("doble", "ve"): "W",
    ("doble", "u"): "W", ("be", "larga"): "B", ("be", "grande"): "B", ("be", "alta"): "B", ("be", "alto"): "B",
    ("ve", "corta"): "V", ("ve", "chica"): "V", ("ve", "baja"): "V", ("ve", "pequeña"): "V", ("i", "latina"): "I",
}  # fmt: skip
_LONGEST_AS_WRITTEN = 18
_NAMES_OF_NUMBERS = words("abbreviations")
_VOWELS = frozenset("aeiou")


def letter_at(atoms: Sequence[Atom], at: int) -> tuple[str, int] | None:
    """The one letter that begins at an atom, with its "de Burgos", and how many atoms say it."""
    pair = _PAIRS.get((atoms[at].plain, atoms[at + 1].plain)) if at + 1 < len(atoms) else None
    letter, size = (pair, 2) if pair else (_single(atoms[at]), 1)
    if letter is None:
        return None
    example = atoms[at + size + 1].plain if at + size + 1 < len(atoms) and atoms[at + size].plain == "de" else ""
    return letter, size + 2 * (len(example) > 1 and _begins(example, letter))


def letters_at(atoms: Sequence[Atom], at: int) -> tuple[str, int] | None:
    """A letter that is spelt, or letters as a recogniser writes what it hears of a code: "GODE", "HDFRRN"."""
    spelt = letter_at(atoms, at)
    if spelt:
        return spelt
    atom = atoms[at]
    if not atom.text.isalpha() or not atom.text.isascii() or atom.plain in _NAMES_OF_NUMBERS:
        return None
    beside = atom.glued or (at + 1 < len(atoms) and atoms[at + 1].glued)
    figures = beside and any(other.figures for other in atoms[max(0, at - 1) : at + 2] if other.word == atom.word)
    written = 2 <= len(atom.text) <= _LONGEST_AS_WRITTEN and (atom.text.isupper() or not _VOWELS & set(atom.plain))
    return (atom.plain.upper(), 1) if written or figures else None


def _single(atom: Atom) -> str | None:
    if len(atom.plain) == 1 and atom.plain.isalpha():
        return atom.plain.upper()
    return _NAMES.get(atom.plain)


def _begins(example: str, letter: str) -> bool:
    """Whether a word stands for a letter; "queso" for Q, "Úbeda" for U, "kilo" and "queso" for K."""
    return example.startswith(letter.lower()) or (letter == "B" and example.startswith("v"))
