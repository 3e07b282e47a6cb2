"""What follows or precedes a reporting verb: a clause, a quotation, the thing denied or named."""

from collections.abc import Iterator
from itertools import takewhile

from retrieval.attribution.syntax.phrases import after_adverbs, noun_phrase_from, verb_follows
from retrieval.attribution.syntax.tokens import Sentence
from retrieval.attribution.vocabulary import CHARGED, Form, Tag

_CLAIMED = ("to", "responsibility", "credit", "innocence")

CONTRASTS = ("but", "while", "whereas")
CLAUSE_REACH = 200
_CURRENCIES = ("$", "£", "€", "¥")

_OBJECT = 14
"""How many tokens whom one urges or criticises takes at most."""

_NOUN_MARKS = ("'s", "'", "%", "$", "#", "&")


def content_start(sentence: Sentence, at: int, form: Form) -> int | None:
    """Return where what is reported begins, or None where the verb's frame is not met."""
    after = at + 1
    if form.lemma == "point":
        return after if sentence.lower(after) == "out" and clause_follows(sentence, after) else None
    if form.frame != "clause" and _is_modal(sentence, at):
        if form.frame == "name":
            return None
        return after if clause_follows(sentence, at) or quote_adjoins(sentence, at) else None
    if form.frame == "free":
        return _after_listener(sentence, at, form)
    if form.frame == "accuse":
        reach = range(after, min(len(sentence.tokens), at + 25))
        charged = CHARGED[form.lemma]
        return after if any(sentence.lower(i) in charged for i in reach) else None
    if form.frame == "name":
        return _naming_start(sentence, at, form)
    if form.frame in ("deny", "reject"):
        return _denied_start(sentence, at, form)
    if form.frame == "voice":
        near = range(after, after + 4)
        return after if any(sentence.has(i, Tag.CONCERN) for i in near) else None
    if form.frame == "claim" and sentence.lower(after) in _CLAIMED:
        return after
    if form.frame == "plain":
        return after if sentence.lower(after) not in ("to", "") else None
    if form.lemma == "urge" and sentence.lower(after) != "on" and _soon(sentence, after, "to"):
        return after
    if form.frame == "quote":
        # Without `that` a thing follows as often: repeated the test, held office.
        said = form.lemma not in ("feel", "wonder")
        that = said and sentence.lower(after) == "that" and clause_follows(sentence, at)
        return after if that or quote_adjoins(sentence, at) else None
    said = clause_follows(sentence, at) or quote_adjoins(sentence, at)
    return after if said or amount_follows(sentence, at, form) else None


def amount_follows(sentence: Sentence, at: int, form: Form) -> bool:
    """Read `estimates over half of it is …`, `some 50 people came`, `the damage at $5 million`."""
    if form.lemma != "estimate":
        return False
    return _is_amount(sentence, at + 1) or valued_at(sentence, at + 1)


def valued_at(sentence: Sentence, begin: int) -> bool:
    """Return whether a short object follows, and an amount that it is said to be: the toll at 5."""
    valued = (
        sentence.lower(at) == "at" and _is_amount(sentence, at + 1)
        for at in _object_from(sentence, begin)
    )
    return any(valued)


def _is_amount(sentence: Sentence, at: int) -> bool:
    word = sentence.lower(at)
    return sentence.has(at, Tag.APPROXIMATE) or word in _CURRENCIES or word[:1].isdigit()


def _soon(sentence: Sentence, begin: int, word: str) -> bool:
    """Return whether a word follows within a short object: urged all of them to leave."""
    return word in (sentence.lower(at) for at in _object_from(sentence, begin))


def _object_from(sentence: Sentence, begin: int) -> Iterator[int]:
    """Return where a short object may stand: up to the next mark."""
    near = range(begin, min(len(sentence.tokens), begin + _OBJECT))
    return takewhile(lambda at: sentence.lower(at) not in (",", ";", ".", ":"), near)


def _is_modal(sentence: Sentence, at: int) -> bool:
    """Tell what is to be said from what was: will announce, must tell."""
    return any(sentence.has(left, Tag.MODAL) for left in range(max(0, at - 3), at))


def content_end(sentence: Sentence, begin: int, form: Form | None = None) -> int:
    """Return where a reported clause (for a naming verb, a name) that begins at `begin` ends."""
    names = form is not None and form.frame == "name"
    for at in range(begin + 2, min(len(sentence.tokens), begin + CLAUSE_REACH)):
        contrast = sentence.lower(at) == "," and sentence.lower(at + 1) in CONTRASTS
        ends = contrast or (names and sentence.lower(at) == ",")
        if (ends or sentence.lower(at) == ";") and not sentence.quoted[at]:
            return at
    return len(sentence.tokens)


def relative_end(sentence: Sentence, begin: int, end: int) -> int:
    """Return where a relative clause between commas ends: …, which Jones says is unsafe, fell."""
    for at in range(begin, min(end, begin + CLAUSE_REACH)):
        after = min(end, after_adverbs(sentence, at + 1))
        comma = sentence.lower(at) == "," and not sentence.quoted[at]
        if comma and verb_follows(sentence, after):
            return at
    return end


def _after_listener(sentence: Sentence, at: int, form: Form) -> int:
    if form.lemma != "tell":
        return at + 1
    listener = noun_phrase_from(sentence, at + 1)
    return listener.last if listener is not None else at + 1


def _naming_start(sentence: Sentence, at: int, form: Form) -> int | None:
    limit = min(len(sentence.tokens), at + 20)
    if any(sentence.lower(i) == "what" for i in range(max(0, at - 10), at)):
        return at + 1
    if form.lemma == "call" and sentence.lower(at + 1) in ("for", "on", "upon"):
        return _called_start(sentence, at)
    if form.lemma == "speak" and sentence.lower(at + 1) != "of":
        return None
    if form.has(Tag.QUOTED_NAMING):
        for i in range(at + 1, min(limit, at + 10)):
            if sentence.quoted[i]:
                return at + 1 if i > at + 1 and not sentence.quoted[at] else None
            if sentence.lower(i) == "(":
                return None
    if form.has(Tag.QUOTED_ONLY):
        judged = sentence.lower(at + 1) in ("a", "an", "too") and _after_relative(sentence, at)
        return at + 1 if judged else None
    if form.has(Tag.CRITICISM) and _soon(sentence, at + 1, "for"):
        return at + 1
    return at + 1 if any(sentence.lower(i) == "as" for i in range(at + 1, limit)) else None


def _after_relative(sentence: Sentence, at: int) -> bool:
    """Return whether a verb says something of what stands before it: which he called."""
    for left in range(at - 1, max(0, at - _OBJECT), -1):
        if sentence.lower(left) in ("which", "that", "whom"):
            return left < at - 1
        if not sentence.tokens[left].is_word or sentence.has(left, Tag.VERB):
            return False
    return False


def _called_start(sentence: Sentence, at: int) -> int | None:
    """Read `called for` and `called on X to`; to call on somebody alone is a visit."""
    begin, limit = at + 2, min(len(sentence.tokens), at + 25)
    if begin >= limit or sentence.lower(at + 1) == "for":
        return begin if begin < limit else None
    asked = any(sentence.lower(i) == "to" or sentence.quoted[i] for i in range(begin, limit))
    return begin if asked else None


def _denied_start(sentence: Sentence, at: int, form: Form) -> int | None:
    begin, limit = at + 1, min(len(sentence.tokens), at + 8)
    near = (*range(begin, limit), *range(max(0, at - 6), at))
    if any(sentence.has(i, Tag.ALLEGED) for i in near):
        return begin
    if form.frame == "reject":
        return None
    return begin if _deniable(sentence, begin, limit) or clause_follows(sentence, at) else None


def _deniable(sentence: Sentence, begin: int, limit: int) -> bool:
    """Tell what can be untrue (doing it, the abuses) from what can be withheld (him, entry)."""
    if begin >= limit or sentence.has(begin, Tag.RECIPIENT):
        return False
    if sentence.lower(begin).endswith("ing"):
        return True
    granted = any(sentence.has(at, Tag.GRANT) for at in range(begin, limit))
    return sentence.has(begin, Tag.DETERMINER) and not granted


def quote_ends(sentence: Sentence, at: int) -> bool:
    """Return whether a quotation ends right before the token, a comma aside."""
    if at < 1 or sentence.quoted[at]:
        return False
    comma = sentence.lower(at - 1) == "," and at > 1
    return sentence.quoted[at - 1] or (comma and sentence.quoted[at - 2])


def quote_adjoins(sentence: Sentence, at: int) -> bool:
    """Return whether a quotation opens soon after the verb or closed right before its subject."""
    size = len(sentence.tokens)
    if sentence.quoted[at]:
        return False
    for i in range(at + 1, min(size, at + 12)):
        if sentence.quoted[i]:
            spoken = any(sentence.quoted[i + 3 : i + 4])
            return sentence.lower(i - 1) in (",", ":") or (spoken and i <= at + 2)
    return _quote_before(sentence, at)


def _quote_before(sentence: Sentence, at: int) -> bool:
    """Return whether only a subject stands between a quotation and the verb."""
    for left in range(at - 1, max(1, at - 12), -1):
        if sentence.quoted[left]:
            return sentence.quoted[max(0, left - 3)]
        if sentence.lower(left) == ",":
            return sentence.quoted[left - 1]
    return False


def clause_follows(sentence: Sentence, at: int) -> bool:
    """Return whether a clause follows: that …, he was …, the storms were …, to the press that …."""
    i = at + 1
    while sentence.has(i, Tag.ADVERBIAL) and sentence.lower(i) != "there":
        i += 1
    first, second = sentence.lower(i), sentence.lower(i + 1)
    if sentence.has(i, Tag.CLAUSE_OPENER):
        return True
    if first == ",":
        return "that" in (sentence.lower(j) for j in range(i + 1, i + 7))
    if first in ("this", "it") and second.endswith(("s", "ed")) and second != "as":
        return True
    return _that_follows(sentence, i) or _subject_and_verb_follow(sentence, i)


def _that_follows(sentence: Sentence, begin: int) -> bool:
    for at in range(begin, min(len(sentence.tokens), begin + 7)):
        lower = sentence.lower(at)
        if lower == "that" and not sentence.has(at - 1, Tag.PREPOSITION):
            return not verb_follows(sentence, at + 1)
        late = lower == "," and sentence.lower(at + 1) == "that"
        if not (sentence.tokens[at].is_word or lower in _NOUN_MARKS or late):
            return False
    return False


def _subject_and_verb_follow(sentence: Sentence, begin: int) -> bool:
    if sentence.has(begin, Tag.PREPOSITION | Tag.CONJUNCTION):
        return False
    for at in range(begin, min(len(sentence.tokens), begin + 18)):
        token = sentence.tokens[at]
        if not token.is_word and token.lower not in _NOUN_MARKS:
            return False
        if token.has(Tag.SUBORDINATOR) or token.lower in ("to", "but"):
            return False
        if at > begin and sentence.has(at, Tag.VERB):
            return _finite(sentence, at) and not sentence.has(at - 1, Tag.CONJUNCTION)
    return False


def _finite(sentence: Sentence, at: int) -> bool:
    """Return whether a verb can be a clause's own, rather than a participle after its noun."""
    lower = sentence.lower(at)
    if sentence.has(at, Tag.AUXILIARY | Tag.IRREGULAR):
        return lower not in ("being", "been", "having")
    after = at + 1
    if after >= len(sentence.tokens) or sentence.lower(after) == "by":
        return False
    return sentence.tokens[after].is_word and not lower.endswith("ing")
