"""How a form is used: as a noun (insurance claims), denied (did not say), or passive."""

from retrieval.attribution.reports.complements import (
    amount_follows,
    clause_follows,
    quote_adjoins,
    quote_ends,
)
from retrieval.attribution.syntax.phrases import (
    before_adverbs,
    skip_adverbs_left,
    stretch,
    verb_follows,
)
from retrieval.attribution.syntax.tokens import Phrase, Sentence
from retrieval.attribution.vocabulary import PERSON_ENDINGS, Form, Tag

_VERB_OPENER = Tag.MODAL | Tag.DO | Tag.SUBJECT_PRONOUN | Tag.RELATIVE


def is_noun_use(sentence: Sentence, at: int, form: Form) -> bool:
    """Return whether a form that could be a verb is a noun or adjective here."""
    after, before = sentence.lower(at + 1), sentence.lower(at - 1)
    if sentence.has(at - 1, Tag.OPENS_NOUN):
        return True
    if form.form == "past" or _name_follows_comma(sentence, at):
        return False
    if form.form == "ing":
        if after == ":" and sentence.has(at - 2, Tag.DETERMINER):
            return True
        free = before in (",", "and") or sentence.has(at - 1, Tag.BE) or _complement(sentence, at)
        if form.lemma == "call" and after == "for":  # …, with officials calling for a ban
            free = free or "with" in (sentence.lower(left) for left in range(at - 12, at))
        return sentence.has(at - 1, Tag.PREPOSITION | Tag.HAVE) or not free
    if _ends_after_speaker(sentence, at, form):
        return False
    if sentence.has(at - 1, Tag.BE) and before != "'s":  # there are claims that
        return True
    said = sentence.form(at + 1)
    if form.form == "s" and said is not None and said.form == "base":  # early reports indicate
        return True
    if form.lemma == "state" and not _states(sentence, at):
        return True
    if before in ("help", "helps", "helped", "let", "make", "makes"):
        return True
    reports = _complement(sentence, at) or amount_follows(sentence, at, form)
    nounish = form.has(Tag.NOUNISH) or form.frame == "finding"  # the show, a find
    if nounish and not (reports and (form.form == "s" or _takes_plural(sentence, at))):
        return True
    if before == "to" or sentence.has(at - 1, _VERB_OPENER):
        return False
    if sentence.has(at + 1, Tag.AUXILIARY) and after not in ("'s", "having", "being"):
        return True
    if form.has(Tag.NOUNISH) and after in ("of", "from", "about", "by"):
        return True
    if after == "that" and verb_follows(sentence, at + 2):
        return True
    who = skip_adverbs_left(sentence, at - 1)
    if form.form == "s" and who >= 0 and form.has(Tag.NOUNISH):
        object_of_verb = verb_follows(sentence, who) and not sentence.is_capital(who)
        return object_of_verb or not _takes_singular(sentence, who)
    return False


def _ends_after_speaker(sentence: Sentence, at: int, form: Form) -> bool:
    """Read a verb that ends its clause after its speaker: …, critics claim; …, she claims."""
    if form.lemma == "state" or sentence.quoted[at]:
        return False
    if sentence.lower(at + 1) not in (",", ".", ""):
        return False
    first, last = stretch(sentence, at - 1), sentence.lower(at - 1)
    if first >= at or sentence.lower(first - 1) != "," or sentence.lower(first) == "to":
        return False
    many = sentence.has(at - 1, Tag.SUBJECT_PRONOUN) or (
        sentence.has(at - 1, Tag.PERSON) and (last.endswith("s") or last in ("police", "people"))
    )
    one = last in ("he", "she", "it") or sentence.is_capital(at - 1)
    one = one or (not last.endswith("s") and _is_agent(sentence, at - 1))
    said = any(verb_follows(sentence, left) for left in range(max(0, first - 30), first - 1))
    return said and (one if form.form == "s" else many)


def _is_agent(sentence: Sentence, at: int) -> bool:
    return sentence.has(at, Tag.PERSON) or sentence.lower(at).endswith(PERSON_ENDINGS)


def _states(sentence: Sentence, at: int) -> bool:
    """Tell the verb from the body politic, which is so often named after a name."""
    after, before = sentence.lower(at + 1), sentence.lower(at - 1)
    pronoun = sentence.has(at - 1, Tag.SUBJECT_PRONOUN)
    if pronoun or before == "to" or after in ("that", ":", ","):
        return True
    if after == "the" and not sentence.has(stretch(sentence, at - 1), Tag.PREPOSITION):
        return True
    return any(sentence.quoted[at + 1 : at + 3])


def _name_follows_comma(sentence: Sentence, at: int) -> bool:
    apart = sentence.lower(at - 1) == "," or quote_ends(sentence, at)
    return apart and at + 1 < len(sentence.tokens) and sentence.tokens[at + 1].is_capital


def _complement(sentence: Sentence, at: int) -> bool:
    return clause_follows(sentence, at) or quote_adjoins(sentence, at)


def _takes_plural(sentence: Sentence, at: int) -> bool:
    """Return whether a verb's base form can follow: we report, critics claim, to report."""
    who = skip_adverbs_left(sentence, at - 1)
    before = sentence.lower(who)
    if who < at - 1 or before in ("to", ",", "and", "or"):
        return True
    several = sentence.has(who, Tag.PERSON | Tag.PRONOUN | Tag.RELATIVE)
    return several or before.endswith("s") or sentence.is_capital(who)


def _takes_singular(sentence: Sentence, at: int) -> bool:
    """Return whether the noun that ends at `at` can be the subject of a verb in -s."""
    token = sentence.tokens[at]
    if token.is_capital or not token.is_word or token.has(Tag.CONJUNCTION):
        return True
    return any(
        sentence.has(left, Tag.DETERMINER) or sentence.tokens[left].is_capital
        for left in range(max(0, at - 4), at)
    )


def is_negated(sentence: Sentence, at: int) -> bool:
    """Return whether nothing was said after all: did not say, declined to comment."""
    for left in range(at - 1, max(-1, at - 5), -1):
        lower = sentence.lower(left)
        if sentence.has(left, Tag.NEGATION | Tag.REFUSAL):
            return True
        if not sentence.has(left, Tag.AUXILIARY | Tag.ADVERBIAL) and lower != "to":
            return False
    return False


def is_possible(sentence: Sentence, at: int) -> bool:
    """Return whether it only may be said: might say, could have said, has yet to announce."""
    for left in range(at - 1, max(-1, at - 5), -1):
        if sentence.has(left, Tag.POSSIBLE):
            return not sentence.is_capital(left) or left == 0
        if sentence.lower(left) == "to":
            return sentence.has(left - 1, Tag.INTENT)
        if not sentence.has(left, Tag.AUXILIARY | Tag.ADVERBIAL):
            return False
    return False


def is_supposed(sentence: Sentence, who: Phrase, at: int) -> bool:
    """Return whether a clause supposes or doubts: if X says, had X said, it is unlikely that X."""
    before = who.first - 1
    opens = sentence.has(0, Tag.CONDITION) and all(sentence.lower(i) != "," for i in range(at))
    if opens or sentence.has(before, Tag.CONDITION):
        return True
    if sentence.has(before, Tag.INVERTING):
        return before == 0 or sentence.lower(before - 1) in (",", "and", "but", ";")
    doubted = any(sentence.has(at, Tag.DOUBTFUL) for at in range(before - 3, before))
    return sentence.lower(before) == "that" and doubted


def is_nobody(sentence: Sentence, who: Phrase) -> bool:
    """Tell a subject that is nobody: no official, neither Berg nor Holm, not even one, nor did X.

    What nobody said is not denied by anybody either: the document itself states that nobody did.
    """
    before = who.first - 1
    if sentence.lower(before) == "even" or sentence.has(before, Tag.AUXILIARY):
        before -= 1
    denied = sentence.lower(before) in ("not", "nor", "neither")
    return denied or sentence.has(who.first, Tag.NOBODY)


def says_nothing(sentence: Sentence, at: int) -> bool:
    """Return whether a verb has nothing for its object: said nothing of it."""
    return sentence.lower(at + 1) in ("nothing", "little")


def is_passive(sentence: Sentence, at: int) -> bool:
    """Return whether a participle is passive: was described, as announced by, said to be."""
    left = before_adverbs(sentence, at - 1)
    before, after = sentence.lower(left), sentence.lower(at + 1)
    if after == "of" and sentence.lower(at) == "accused":
        return True
    if sentence.has(left, Tag.BE):
        return before != "'s" or after in ("to", "by", "of", "as")
    if after == "by" or before in ("as", "when", "if", "once", "unless", "until"):
        return True
    named = sentence.has(at + 2, Tag.DETERMINER | Tag.OBJECT_PRONOUN) or sentence.is_capital(at + 2)
    perfect = sentence.has(left, Tag.HAVE) or named  # She said to him
    return after == "to" and not perfect and sentence.lower(at) == "said"
