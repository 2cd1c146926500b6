"""Words by which a listener says no more than "I am listening", by language."""

from __future__ import annotations

LISTENING_WORDS: dict[str, frozenset[str]] = {
    "es": frozenset(
        """ah aha aja bien bueno cierto claro como comprendo correcto cuenteme de acuerdo dale diga digame eh entendido
        entiendo es eso exactamente exacto hm hmm hum ja listo mhm mjm mm mmm muy no o oh ok okay okey perfecto por
        pues que regio seguro si sin duda supuesto uh uhm vale vaya veo verdad ya asi como ciertamente po ajam desde luego
        lo le comprendido mande sip efectivamente""".split()
    ),
    "en": frozenset(
        """ah alright course exactly fine good got great hm hmm i indeed it mhm mm mmm no of oh ok okay right see sure
        that true uh uhuh huh understand understood well yeah yep yes""".split()
    ),
}
"""Lower case, without accents or punctuation; every word of an utterance must be among them."""
