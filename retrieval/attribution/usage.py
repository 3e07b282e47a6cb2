"""How a form is used: as a noun (insurance claims), denied (did not say), or passive."""

from retrieval.attribution import lexicon, people, words
from retrieval.attribution.complements import (
    amount_follows,
    clause_follows,
    quote_adjoins,
    quote_ends,
)
from retrieval.attribution.lexicon import Form
from retrieval.attribution.parts import (
    before_adverbs,
    is_adverb,
    is_capital_at,
    is_noun_slot,
    skip_adverbs_left,
    verb_follows,
)
from retrieval.attribution.phrases import stretch
from retrieval.attribution.tokens import Phrase, Sentence
from retrieval.attribution.words import word_set

_NOBODY = word_set("no none nobody neither no-one")

_LISTENERS = words.DETERMINER | word_set(
    "me him them us you myself himself herself themselves yourself ourselves"
)


def is_noun_use(sentence: Sentence, at: int, form: Form) -> bool:
    """Tell whether a form that could be a verb is a noun or adjective here."""
    after, before = sentence.lower(at + 1), sentence.lower(at - 1)
    if is_noun_slot(sentence, at):
        return True
    if form.form == "past" or _name_follows_comma(sentence, at):
        return False
    if form.form == "ing":
        if after == ":" and sentence.lower(at - 2) in words.DETERMINER:
            return True
        free = before in (",", "and") or before in words.BE or _complement(sentence, at)
        if form.lemma == "call" and after == "for":  # …, with officials calling for a ban
            free = free or "with" in (sentence.lower(left) for left in range(at - 12, at))
        return before in words.PREPOSITION | words.HAVE or not free
    if _ends_after_speaker(sentence, at, form):
        return False
    if before in words.BE and before != "'s":  # there are claims that
        return True
    said = lexicon.verb_forms().get(after)
    if form.form == "s" and said is not None and said.form == "base":  # early reports indicate
        return True
    if form.lemma == "state" and not _states(sentence, at):
        return True
    if before in ("help", "helps", "helped", "let", "make", "makes"):
        return True
    reports = _complement(sentence, at) or amount_follows(sentence, at, form)
    nounish = form.lemma in lexicon.NOUNISH or form.frame == "finding"  # the show, a find
    if nounish and not (reports and (form.form == "s" or _takes_plural(sentence, at))):
        return True
    if before == "to" or before in words.MODAL | words.DO | words.SUBJECT_PRONOUN | words.RELATIVE:
        return False
    if after in words.AUXILIARY and after != "'s":
        return True
    if form.lemma in lexicon.NOUNISH and after in ("of", "from", "about", "by"):
        return True
    if after == "that" and verb_follows(sentence, at + 2):
        return True
    who = skip_adverbs_left(sentence, at - 1)
    if form.form == "s" and who >= 0 and form.lemma in lexicon.NOUNISH:
        object_of_verb = verb_follows(sentence, who) and not is_capital_at(sentence, who)
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
    many = last in words.SUBJECT_PRONOUN or (
        last in people.PEOPLE and (last.endswith("s") or last in ("police", "people"))
    )
    one = last in ("he", "she", "it") or is_capital_at(sentence, at - 1)
    said = any(verb_follows(sentence, left) for left in range(max(0, first - 30), first - 1))
    return said and (one if form.form == "s" else many)


def _states(sentence: Sentence, at: int) -> bool:
    """Tell the verb from the body politic, which is so often named after a name."""
    after, before = sentence.lower(at + 1), sentence.lower(at - 1)
    if before in words.SUBJECT_PRONOUN or before == "to" or after in ("that", ":", ","):
        return True
    if after == "the" and sentence.lower(stretch(sentence, at - 1)) not in words.PREPOSITION:
        return True
    return any(sentence.quoted[at + 1 : at + 3])


def _name_follows_comma(sentence: Sentence, at: int) -> bool:
    apart = sentence.lower(at - 1) == "," or quote_ends(sentence, at)
    return apart and at + 1 < len(sentence.tokens) and sentence.tokens[at + 1].is_capital


def _complement(sentence: Sentence, at: int) -> bool:
    return clause_follows(sentence, at) or quote_adjoins(sentence, at)


def _takes_plural(sentence: Sentence, at: int) -> bool:
    """Tell whether a verb's base form can follow: we report, critics claim, to report."""
    who = skip_adverbs_left(sentence, at - 1)
    before = sentence.lower(who)
    if who < at - 1 or before in words.SUBJECT_PRONOUN or before in ("to", ",", "and", "or"):
        return True
    people_word = before in people.PEOPLE or before in words.LOOSE_PRONOUN | words.RELATIVE
    return people_word or before.endswith("s") or is_capital_at(sentence, who)


def _takes_singular(sentence: Sentence, at: int) -> bool:
    """Tell whether the noun that ends at `at` can be the subject of a verb in -s."""
    token = sentence.tokens[at]
    if token.is_capital or not token.is_word or token.lower in words.CONJUNCTION:
        return True
    return any(
        sentence.lower(left) in words.DETERMINER or sentence.tokens[left].is_capital
        for left in range(max(0, at - 4), at)
    )


def is_negated(sentence: Sentence, at: int) -> bool:
    """Tell whether nothing was said after all: did not say, declined to comment."""
    for left in range(at - 1, max(-1, at - 5), -1):
        lower = sentence.lower(left)
        if lower in words.NEGATION or lower in words.REFUSAL:
            return True
        if lower not in words.AUXILIARY and not is_adverb(sentence.tokens[left]) and lower != "to":
            return False
    return False


def is_nobody(sentence: Sentence, who: Phrase) -> bool:
    """Tell a subject that is nobody: no official, none of them, neither Berg nor Holm, not one.

    What nobody said is not denied by anybody either: the document itself states that nobody did.
    """
    denied = sentence.lower(who.first - 1) in ("not", "nor")
    return denied or sentence.lower(who.first) in _NOBODY


def is_passive(sentence: Sentence, at: int) -> bool:
    """Tell whether a participle is passive: was described, as announced by, said to be."""
    before, after = sentence.lower(before_adverbs(sentence, at - 1)), sentence.lower(at + 1)
    if after == "of" and sentence.lower(at) == "accused":
        return True
    if before in words.BE:
        return before != "'s" or after in ("to", "by", "of", "as")
    if after == "by" or before in ("as", "when", "if", "once", "unless", "until"):
        return True
    named = sentence.lower(at + 2) in _LISTENERS or is_capital_at(sentence, at + 2)
    told = before in words.HAVE or named  # She said to him
    return after == "to" and not told and sentence.lower(at) == "said"
