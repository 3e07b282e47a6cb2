"""Questions that ask for what somebody said, and telling whether an attribution is theirs."""

import re

from retrieval.attribution.discourse.names import bare
from retrieval.attribution.syntax.phrases import after_adverbs, before_adverbs, noun_phrase_from
from retrieval.attribution.syntax.tokens import Phrase, Sentence, parse_unquoted
from retrieval.attribution.vocabulary import Form, Tag
from retrieval.types import Attribution

_REACH = 40
_SOON = 8
"""A quotation, or what somebody names with `as`, begins within so many tokens of the verb."""


def asked_speaker(question: str) -> str | None:
    """Return whose words a question asks for, or None where it names nobody.

    >>> asked_speaker("According to Rubio, who leads the cartel?")
    'Rubio'
    >>> asked_speaker("Who does Secretary Rubio say leads the cartel?")
    'Secretary Rubio'
    >>> asked_speaker("Who claims that the cartel is led by Maduro?") is None
    True
    """
    parsed = parse_unquoted(question)
    for at in range(min(len(parsed.tokens), _REACH)):
        phrase = _speaker_at(parsed, at)
        if phrase is not None and not _is_nobody(parsed, phrase):
            return parsed.span(phrase).of(question)
    return None


def asks_for_speaker(question: str) -> bool:
    """Return whether a question asks who said something, so that the answer is the speaker.

    >>> asks_for_speaker("Who claims that the cartel is led by Maduro?")
    True
    >>> asks_for_speaker("Who leads the cartel, according to Rubio?")
    False
    """
    parsed = parse_unquoted(question)
    return any(_asks_who(parsed, at) for at in range(min(len(parsed.tokens), _REACH)))


def speaker_matches(asked: str, attribution: Attribution, text: str) -> bool:
    """Return whether a sentence's speaker is the one asked for.

    Names match when one's words end with the other's (Rubio, Marco Rubio), titles and
    determiners aside; an office matches a name that it stands before in `text`.
    """
    for speaker in (attribution.speaker, attribution.full_name):
        if speaker is None:
            continue
        wanted, given = _folded(asked), _folded(speaker.text)
        if wanted and given and (_ends(wanted, given) or _ends(given, wanted)):
            return True
        if _holds_office(asked, given, text):
            return True
    return False


def _speaker_at(parsed: Sentence, at: int) -> Phrase | None:
    lower, after = parsed.lower(at), parsed.lower(at + 1)
    if lower == "according" and after == "to":
        return noun_phrase_from(parsed, at + 2)
    if lower in ("'s", "'") and _is_view(parsed, at + 1):
        return _possessor(parsed, at)
    if parsed.has(at, Tag.DO | Tag.HAVE | Tag.BE):
        return _before_verb(parsed, at)
    if lower == "by" and _says(parsed, at - 1, {"past"}):
        return noun_phrase_from(parsed, at + 1, after_by=True)
    if at == 0 or lower in ("that", "if", "as", ","):
        return _stating(parsed, at if at == 0 else at + 1)
    return None


def _before_verb(parsed: Sentence, auxiliary: int) -> Phrase | None:
    """Read `does X claim`, `has X denied`, `is X claiming`."""
    first, has = auxiliary + 1, parsed.has(auxiliary, Tag.HAVE)
    wanted = "base" if parsed.has(auxiliary, Tag.DO) else "past" if has else "ing"
    asked = parsed.lower(auxiliary - 1) in ("what", "how")
    for at in range(first + 1, min(len(parsed.tokens), first + 14)):
        form = parsed.form(at)
        if form is not None and form.form == wanted and not parsed.has(at - 1, Tag.OPENS_NOUN):
            who = _subject(parsed, first, before_adverbs(parsed, at - 1) + 1)
            return who if _says(parsed, at, {wanted}, asked=asked) else None
        if not parsed.tokens[at].is_word and parsed.lower(at) not in ("'s", "'", ","):
            return None
    return None


def _subject(parsed: Sentence, first: int, last: int) -> Phrase | None:
    """Return the noun phrase that fills a stretch; of two, the name: the mayor, Ann Lee, …."""
    commas = [at for at in range(first, last) if parsed.lower(at) == ","]
    if commas and commas[-1] == last - 1:
        last = commas.pop()
    if len(commas) > 1:
        return None
    edges = (first, *(edge for at in commas for edge in (at, at + 1)), last)
    parts = [Phrase(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)]
    if not all(_is_noun_phrase(parsed, part) for part in parts):
        return None
    return next((part for part in parts[::-1] if parsed.tokens[part.first].is_capital), parts[0])


def _is_noun_phrase(parsed: Sentence, part: Phrase) -> bool:
    """Tell a noun phrase from one that a verb follows: the ship have a port."""
    if part.first >= part.last or noun_phrase_from(parsed, part.first) is None:
        return False
    for at in range(*part):
        lower = parsed.lower(at)
        if parsed.has(at, Tag.RELATIVE):
            return True
        verb = parsed.has(at, Tag.AUXILIARY) and lower != "'s"
        if verb or lower in ("to", "that", "if", "when", "because"):
            return False
    return True


def _stating(parsed: Sentence, at: int) -> Phrase | None:
    """Read `Rubio claims that who …`; a question word is no speaker."""
    phrase = noun_phrase_from(parsed, at) if at < len(parsed.tokens) else None
    if phrase is None or not parsed.tokens[phrase.first].is_capital:
        return None
    return phrase if _reports(parsed, phrase.last) else None


def _asks_who(parsed: Sentence, at: int) -> bool:
    """Read `who has claimed`, `which official says`, `according to whom`, `who was it … by`."""
    asking = parsed.lower(at)
    if asking not in ("who", "whom", "which", "what") or _is_relative(parsed, at):
        return False
    if parsed.lower(at - 1) == "to" and parsed.lower(at - 2) == "according":
        return True
    verb = at + 1
    if asking in ("which", "what"):
        noun = noun_phrase_from(parsed, verb)
        if noun is None:
            return False
        verb = noun.last
    if parsed.lower(at - 1) == "by" or _ends_in_by(parsed):
        past = range(verb, min(len(parsed.tokens), _REACH))
        return any(_is_saying(parsed, later, {"past"}) for later in past)
    return _is_asked_to_say(parsed, verb)


def _is_asked_to_say(parsed: Sentence, at: int) -> bool:
    wanted = {"base", "s", "past"}
    if parsed.has(at, Tag.HAVE | Tag.BE):
        at, wanted = at + 1, {"past"} if parsed.has(at, Tag.HAVE) else {"ing"}
    return _is_saying(parsed, after_adverbs(parsed, at), wanted)


def _is_saying(parsed: Sentence, at: int, wanted: set[str]) -> bool:
    form = parsed.form(at)
    return form is not None and form.frame != "quote" and _says(parsed, at, wanted)


def _says(parsed: Sentence, at: int, wanted: set[str], *, asked: bool = False) -> bool:
    """Return whether a verb is one of saying here; `asked`: what was said is asked for."""
    form = parsed.form(at)
    if form is None or form.form not in wanted or parsed.has(at, Tag.PREPOSITION):
        return False
    if not form.has(Tag.QUESTION_DEED) and (asked or not form.has(Tag.MADE)):
        return True
    source = parsed.has(at - 1, Tag.SOURCE)
    if form.frame == "finding" and (source or (asked and parsed.lower(at + 1) in ("?", "about"))):
        return True
    return _introduces(parsed, at, form)


def _introduces(parsed: Sentence, at: int, form: Form) -> bool:
    """Return whether what was said follows a verb: that …, as …, for …, a quotation, a charge."""
    after = after_adverbs(parsed, at + 1)
    near = [parsed.lower(i) for i in range(after, min(len(parsed.tokens), after + _SOON))]
    if near[:1] in (["that"], ["why"]) or near[:2] == ["out", "that"]:
        return True
    if form.lemma == "call":  # for a ban; the delay a joke
        return near[:1] in (["for"], ["on"]) or "a" in near[1:] or _holds_quotation(near)
    if form.lemma == "write" and near[:1] == ["about"]:
        return near[1:2] != ["?"]
    alleged = any(parsed.has(i, Tag.ALLEGED) for i in range(after, after + _SOON))
    denies = form.frame == "reject" and ("as" in near or alleged)
    return denies or _holds_quotation(near)


def _holds_quotation(near: list[str]) -> bool:
    return any(mark in near for mark in '"\u201c\u00ab')


def _is_relative(parsed: Sentence, at: int) -> bool:
    """Tell the girl who said it from who said it, also in Tell me who said it."""
    if at == 0 or not parsed.tokens[at - 1].is_word:
        return False
    if parsed.has(at - 1, Tag.PREPOSITION | Tag.INTRODUCES_QUESTION):
        return False
    return parsed.is_nominal(at - 1)


def _ends_in_by(parsed: Sentence) -> bool:
    last = len(parsed.tokens) - 1
    return "by" in (parsed.lower(last), parsed.lower(last - 1))


def _reports(parsed: Sentence, at: int) -> bool:
    return _says(parsed, after_adverbs(parsed, at), {"base", "s", "past", "ing"})


def _is_view(parsed: Sentence, at: int) -> bool:
    return parsed.has(at, Tag.VIEW) or (at < len(parsed.tokens) and bool(parsed.tokens[at].noun))


def _possessor(parsed: Sentence, mark: int) -> Phrase | None:
    first = mark
    while first > 0 and mark - first < 6 and _in_name(parsed, first - 1):
        first -= 1
    return Phrase(first, mark) if first < mark else None


def _in_name(parsed: Sentence, at: int) -> bool:
    return parsed.tokens[at].is_capital and not parsed.has(at, Tag.PREPOSITION)


def _is_nobody(parsed: Sentence, phrase: Phrase) -> bool:
    unnamed = all(parsed.has(at, Tag.UNNAMED) for at in range(*phrase))
    return unnamed or parsed.has(phrase.last - 1, Tag.LAW)


def _folded(name: str) -> list[str]:
    return [part.casefold().strip(".") for part in bare(name)]


def _ends(longer: list[str], shorter: list[str]) -> bool:
    """Return whether `longer` ends with, or for a body starts with, the words of `shorter`."""
    size = len(shorter)
    return longer[-size:] == shorter or (size > 1 and longer[:size] == shorter)


def _holds_office(asked: str, given: list[str], text: str) -> bool:
    """Return whether the text puts the office asked for right before the speaker's name."""
    office = re.sub(r"^(?:the|a|an)\s+", "", asked.strip(), flags=re.IGNORECASE)
    if not given or len(office) < 4:
        return False
    pattern = re.escape(office) + r"\s+(?:\S+\s+){0,2}?(" + re.escape(given[-1]) + r")\b"
    named = re.finditer(pattern, text, re.IGNORECASE)
    return any(name[1][0].isupper() for name in named)
