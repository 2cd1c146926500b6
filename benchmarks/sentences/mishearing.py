"""What a recogniser makes of a sentence: signs, accents and capitals lost, sounds mistaken, words run together."""

from __future__ import annotations

import random
import re
import unicodedata

_SOUNDS = (
    ("b", "v"),
    ("v", "b"),
    ("z", "s"),
    ("c", "s"),
    ("s", "c"),
    ("ll", "y"),
    ("y", "ll"),
    ("h", ""),
    ("qu", "k"),
    ("j", "g"),
    ("m", "n"),
    ("n", "m"),
    ("r", "l"),
    ("d", ""),
    ("o", "u"),
    ("e", "i"),
    ("a", "e"),
    ("u", "o"),
)


def misheard(text: str, rng: random.Random, strength: float) -> str:
    """`text` with slips; `strength` over 0 (hardly any) to 1. Never empty."""
    text = _signs(text, rng, strength)
    bare = rng.random() < 0.3 * strength
    words: list[str] = []
    for word in text.split():
        chance = rng.random()
        if chance < 0.02 * strength:
            continue
        heard = _word(word, rng, chance / strength)
        if 0.095 * strength <= chance < 0.11 * strength and words:
            heard = words.pop() + word.lower()
        if bare and rng.random() < 0.5:
            heard = _without_accents(heard)
        if heard[:1].isupper() and rng.random() < 0.08 * strength:
            heard = heard.lower()
        words.append(heard)
    return " ".join(words) or text


def _signs(text: str, rng: random.Random, strength: float) -> str:
    if rng.random() < 0.5 * strength:
        text = re.sub("[¡¿]", "", text)
    if rng.random() < 0.45 * strength:
        text = text.replace("?", rng.choice([",", ".", "."]))
    commas = [match.start() for match in re.finditer(",", text) if text[match.end() :].strip()]
    if rng.random() < 0.3 * strength:
        text = re.sub("[,;:]", "", text)
    elif commas and rng.random() < 0.2 * strength:
        at = rng.choice(commas)
        rest = text[at + 1 :].strip()
        text = f"{text[:at]}. {rest[:1].upper()}{rest[1:]}"
    return text.lower() if rng.random() < 0.25 * strength else text


def _word(word: str, rng: random.Random, chance: float) -> str:
    if 0.02 <= chance < 0.08 and len(word) > 3:
        sound, taken = rng.choice(_SOUNDS)
        at = word.find(sound, 1)
        if at > 0:
            return word[:at] + taken + word[at + len(sound) :]
        at = rng.randrange(1, len(word) - 1)
        return word[:at] + rng.choice(["", rng.choice("aeioulnrs")]) + word[at + 1 :]
    if 0.08 <= chance < 0.095 and len(word) > 5:
        at = rng.randrange(2, len(word) - 2)
        return f"{word[:at]} {word[at:]}"
    return word


def _without_accents(word: str) -> str:
    kept = (
        char for char in unicodedata.normalize("NFD", word) if unicodedata.category(char) != "Mn" or char == "\u0303"
    )
    return unicodedata.normalize("NFC", "".join(kept))
