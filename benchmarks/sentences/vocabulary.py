"""The pieces that Spanish and English need, of the base model's 250,000: the rest would be nine tenths of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from wordfreq import top_n_list

from benchmarks.sentences.base import Base

SPANISH_WORDS, ENGLISH_WORDS = 60_000, 25_000
_SPECIAL = 4
_SHORT = re.compile(r"[▁a-zA-ZáéíóúüñÁÉÍÓÚÜÑ0-9.,;:!?¡¿'\"%€$\-/()]*|▁?[0-9]{1,3}")


def kept_pieces(base: Base, words: Iterable[str]) -> list[int]:
    """Places of the pieces that frequent words of both languages and `words` are made of, and all short ones."""
    whole = tokeniser_of(base, range(len(base.pieces)))
    known = {*top_n_list("es", SPANISH_WORDS), *top_n_list("en", ENGLISH_WORDS), *words}
    known |= {word.capitalize() for word in known}
    used = set(range(_SPECIAL))
    for word in sorted(known):
        used |= {*whole.encode(word).ids, *whole.encode("(" + word).ids[1:]}
    used |= {
        number
        for number, piece in enumerate(base.pieces)
        if len(piece.replace("▁", "")) <= 3 and _SHORT.fullmatch(piece)
    }
    return sorted(used)


def tokeniser_of(base: Base, kept: Iterable[int]) -> Tokenizer:
    """The base model's tokeniser with these pieces only."""
    numbers = list(kept)
    pieces = [(base.pieces[number], float(base.scores[number])) for number in numbers]
    made = Tokenizer(models.Unigram(pieces, unk_id=numbers.index(base.unknown), byte_fallback=False))
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    return made
