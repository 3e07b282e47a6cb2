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
_OPENS = re.compile(
    r"\W*(?:To [^,.]{1,60}, )?(?P<verb>[A-Za-z][a-z-]{2,})"
    r"\s+(?:the|your|a|an|it|them|all|any|each)\b"
)
_DENIES = re.compile(
    r"\b(?:does|do|did|is|are|was|were|has|have)(?: not\b|n['’]t\b)(?! (?:want|need|wish))"
)
"""A statement of what is not so tells nobody what to do, whatever it lists."""
_NO_VERBS = frozenset(
    """
    about above across after against all along although amid among around as at because before
    behind below beneath beside between beyond both but by consider despite do does did down during
    even for from had half has have having if in inside into is its just like may might must near
    nor not now of off on once only onto or out outside over past per quite rather shall should
    since so such than that their then there though through throughout till to toward towards under
    unless unlike until up upon via was were what when where whereas whether which while with
    within without would will yet and are can could either neither
    """.split()
)
"""Words that a sentence may begin with before an article, and are no verb that tells what to do."""


def instructs(sentence: str) -> bool:
    """Return whether a sentence says what to do.

    >>> instructs("Press the star key."), instructs("The star key is red.")
    (True, False)
    """
    if _DENIES.search(sentence) is not None:
        return False
    if _IMPERATIVE.search(sentence) is not None:
        return True
    opens = _OPENS.match(sentence)
    if opens is None:
        return False
    verb = opens["verb"].lower()
    return verb not in _NO_VERBS and not verb.endswith(("ed", "ing", "s", "ly"))
