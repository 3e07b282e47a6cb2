"""Titles before names: the whole one, "Vice-President Joe Biden", or none.

Half of a title can say something else: "Shadow Defence Secretary" is no "Defence Secretary".
"""

import re

_REACH = 80

_TITLE = re.compile(
    r"(?<![\w’'-])(?:(?:Vice|Rear|Lieutenant|Lt\.|Brigadier|Major|Chief|Deputy|Assistant|Acting|Shadow|"
    r"First|Prime|Grand|Crown|Detective|Staff(?= Serg)|Defense|Defence|Foreign|Home|Homeland|Press|"
    r"State|Attorney|Surgeon|Solicitor|Governor|Secretary|Finance|Interior|Treasury|Health|Education|"
    r"Justice|Labor|Labour|Trade|Energy|Transport|Transportation|Economy|Environment|Agriculture|"
    r"Culture|Climate|Commerce|Housing|Security|Police|Work and Pensions|Health and Human Services)"
    r"[ -])*"
    r"(?:Admiral|Adm\.|General|Gen\.|Colonel|Col\.|Major|Maj\.|Captain|Capt\.|Lieutenant|Lt\.|"
    r"Sergeant|Sgt\.|Constable|Inspector|Superintendent|Sheriff|Commander|Commissioner|Marshal|"
    r"President|Premier|Minister|Chancellor|Ambassador|Executive|Senator|Sen\.|Representative|Rep\.|"
    r"Congressman|Congresswoman|Secretary(?: of [A-Z]\w+)?|Governor|Gov\.|Mayor|Detective|"
    r"Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Professor|Prof\.|Judge|Justice|Reverend|Rev\.|Bishop|Archbishop|"
    r"Cardinal|Pope|Rabbi|Imam|Ayatollah|Sheikh|Saint|St\.?|Sir|Dame|Lord|Lady|Baron|Baroness|"
    r"Prince|Princess|King|Queen|Duke|Duchess|Earl|Count|Countess|Sultan|Emperor|Empress) $"
)
_BEFORE = re.compile(r"[\w’'-]+(?= $)")
_OPENING = frozenset(
    "a after an and as at before but by despite during for former from if in like on since so the"
    " then though to under until when where while with".split()
)
"""Words that may stand with a capital before a title where they begin the sentence."""
_WHENCE = ("an", "ish", "ese", "ch", "eek", "li", "qi", "sh", "’s", "'s")
"""How words of countries, parties and owners end: Russian, British, Israeli, Britain's."""


def with_title(text: str, start: int) -> int:
    """Return where a name that begins at `start` begins with the title before it.

    That is `start` where there is none, or one of which only a part is known here.
    """
    title = _TITLE.search(text, max(0, start - _REACH), start)
    if title is None:
        return start
    before = _BEFORE.search(text, max(0, title.start() - _REACH), title.start())
    return start if before is not None and _is_part(before.group()) else title.start()


def _is_part(word: str) -> bool:
    """Return whether the word before a title may belong to it: Party President."""
    own = word[0].isupper() and not word.isupper()
    return own and word.lower() not in _OPENING and not word.endswith(_WHENCE)
