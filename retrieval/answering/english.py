"""Whether a text is English, the only language that the reader was taught."""

import re
from collections.abc import Callable

_WORD = re.compile(r"[^\W\d_]+")
_COMMON = frozenset(
    """
    the of and to in a is that for it as was with be by on not he his but at are this have from
    or had an they which you were her she all their we him been has when who will no more if
    out so what its about into than them can only other do does did how where why i my your our
    """.split()
)
_FOREIGN = frozenset(
    """
    und ist nicht ein eine einen einem einer dem des im für auf wird wurde werden zu zum zur sich
    auch aus bei nach vom oder sind haben wie über dass durch nur noch
    les est dans pour qui une sur pas avec cette sont par ont été mais ou où elle aussi
    una por para como más pero su fue sus están muy según entre desde también hasta
    che sono alla della delle degli nel nella più anche dal questo gli
    uma não foi pela pelo mais são nos nas seu sua
    het een zijn op dat niet voor ook aan er maar bij werd naar
    och att det som på är för inte ett jag blev
    nie się jest przez oraz że nebo není při jako był ale
    bir için ile olarak että ovat
    """.split()
)
"""Common words of other languages in Latin letters, without those that English or names
have too, as "come", "com" and "de la"."""

_ASKING = frozenset(
    """
    was wer wie wann wo warum wieso weshalb welche welcher welches wieviel
    qui que quoi quand où comment pourquoi quel quelle quels quelles combien
    qué quién quiénes cuándo dónde cómo cuánto cuánta cuántos cuántas cuál cuáles
    chi cosa quando dove perché quanto quanti quale quali
    quem onde quanto quantos qual porque
    wat wie waar wanneer hoe waarom welke hoeveel
    vem vad när hur varför vilken hvem hvad hvor hvornår hvorfor
    kdo kde kdy proč kto gdzie kiedy dlaczego ile kim nerede nasıl neden
    """.split()
)
"""Words that open a question in other languages."""
_ARTICLES = frozenset(
    "der das den les des une el los las una il gli della het een ett det den o os da do".split()
) - {"do", "o"}
_OF_ENGLISH = frozenset(
    """
    the of and is are does did what who whose when where why how which to for with by that this it
    you i has have had can could must should were there if not any my your
    """.split()
)

_FEW = 2
_PROSE = 15
_LEAST = 0.12
"""English prose has 35 to 50 % common words, other languages in Latin letters rarely 10 %."""
_FOREIGN_LETTERS = 0.3
_SHORT = 2
_KNOWN = 0.6
"""Tables and commands have few common words as well, but the reader's vocabulary has most of
theirs whole, and of other languages' words a fifth to a half."""


def looks_english(text: str, known: Callable[[str], bool]) -> bool:
    """Return whether a text may be English, as lists, tables and names may.

    It is not when other languages' common words outnumber English's, or when it is prose, which
    words with a small letter tell, and has next to none of English's and few other words of it.

    Args:
        text: what to look at.
        known: tells whether an English vocabulary has a word.
    """
    words = _WORD.findall(text)
    folded = [word.casefold() for word in words]
    common = sum(word in _COMMON for word in folded)
    foreign = sum(word in _FOREIGN for word in folded)
    if foreign >= _FEW and foreign > common:
        return False
    prose = [word for word in words if word[0].islower()]
    if len(prose) < _PROSE or common >= _LEAST * len(words):
        return True
    rare = {word for word in prose if len(word) > _SHORT}
    return sum(map(known, rare)) >= _KNOWN * len(rare) > 0


def foreign_share(text: str) -> float:
    """Return the share of a text's letters that are not Latin."""
    if text.isascii():
        return 0.0
    letters = [c for c in text if c.isalpha()]
    return sum(ord(c) > 0x24F and not 0x1E00 <= ord(c) <= 0x1EFF for c in letters) / max(
        1, len(letters)
    )


def asks_in_other_language(question: str) -> bool:
    """Return whether a question is in another language than English, by its small words.

    >>> asks_in_other_language("Wann fährt das Boot?"), asks_in_other_language("When was it cut?")
    (True, False)
    """
    if foreign_share(question) > _FOREIGN_LETTERS:
        return True
    words = [word.casefold() for word in _WORD.findall(question)]
    if not words or _OF_ENGLISH & set(words):
        return False
    other = sum(word in _FOREIGN | _ARTICLES for word in words)
    return other + (words[0] in _ASKING) >= (1 if words[0] in _ASKING - {"was"} else _FEW)
