"""What tells a reader to do something: how to do it is asked, and an imperative answers."""

import re

INSTRUCTS = 5.0
"""Nats that an answer gains in a sentence that says what to do, where that is asked."""

_VERBS = """
    add allow append apply assign attach avoid build call change check choose clear click close
    compile configure confirm connect convert copy create define delete disable download drag
    edit enable enter execute export extract fill find follow force get give go hold import
    include initialize insert install invoke issue keep launch load log look make mark mount move
    open pass paste pick place plug prefix press print provide pull push put read reboot
    reload remove rename replace reset restart restore resume return rewrite right-click run save
    say scroll select send set shut sign specify start stop submit supply switch tap tell toggle
    try turn type unmount unset untick update upload use verify visit wait write
"""
_IMPERATIVE = re.compile(
    r"(?:^|[.:;,]\s|\n)\W*"
    r"(?:(?:first|then|next|now|just|simply|please|instead|also|to [^,.]{1,60},)\W+)?"
    r"(?:" + "|".join(_VERBS.split()) + r")\b"
    r"|\b(?:you|users?|one) (?:can|may|must|should|need to|have to|will have to)\b"
    r"|\b(?:is|are|be) (?:done|achieved|accomplished|possible) (?:by|with|via|using|through)\b"
    r"|\b(?:by|via) (?:running|using|typing|pressing|setting|adding|calling|invoking|clicking)\b",
    re.IGNORECASE,
)


def instructs(sentence: str) -> bool:
    """Return whether a sentence says what to do.

    >>> instructs("Press the star key."), instructs("The star key is red.")
    (True, False)
    """
    return _IMPERATIVE.search(sentence) is not None
