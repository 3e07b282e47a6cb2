"""Guesses at parts of speech from small words, endings, capitals and neighbours."""

from retrieval.attribution import lexicon, words
from retrieval.attribution.tokens import REACH, Sentence, Token

_VERB_OPENERS = words.MODAL | words.DO | words.SUBJECT_PRONOUN | {"to", "not"}
_NOUN_OPENERS = (words.PREPOSITION - {"to", "as", "than", "since", "after", "before", "until"}) | {
    "'s"
}
_IS_OPENERS = words.SUBJECT_PRONOUN | words.RELATIVE | {"that", "there", "here", "what", "this"}
_FLEXIBLE = frozenset(["all", "both", "some", "many", "several", "most", "this", "that"])


def is_verb(sentence: Sentence, at: int) -> bool:
    """Guess whether the token is a verb that is finite or a participle."""
    token = sentence.tokens[at]
    if token.lower == "am" and sentence.lower(at - 1)[:1].isdigit():
        return False  # 11:57 am
    if token.lower == "may" and token.is_capital and at > 0:
        return False  # On May 5
    if token.lower == "'s":
        return sentence.lower(at - 1) in _IS_OPENERS
    if token.lower in words.AUXILIARY or token.lower in words.FINITE:
        return True
    if not token.is_word or token.is_capital:
        return False
    form = lexicon.verb_forms().get(token.lower)
    if form is not None:
        if form.lemma in lexicon.NOUNISH and _is_rather_noun(sentence, at, form.form):
            return False
        return not is_noun_slot(sentence, at)
    regular = token.lower.endswith("ed") and not token.lower.endswith("eed")
    return regular and len(token.lower) > 3 and not is_noun_slot(sentence, at)


def _is_rather_noun(sentence: Sentence, at: int, form: str) -> bool:
    """Tell whether a word such as `report` or `claims` has nothing of a verb around it."""
    after = sentence.lower(at + 1)
    if form == "base":
        return sentence.lower(at - 1) not in _VERB_OPENERS and after != "that"
    clause = after in words.DETERMINER | words.SUBJECT_PRONOUN | {"that", "to", ":"}
    return form == "s" and not clause and not is_capital_at(sentence, at + 1)


def is_noun_slot(sentence: Sentence, at: int) -> bool:
    """Tell whether a word that may be a noun or a verb stands where a noun would."""
    before = sentence.lower(at - 1)
    return before in words.DETERMINER - _FLEXIBLE or before in _NOUN_OPENERS


def is_nominal(sentence: Sentence, at: int) -> bool:
    """Tell whether a token can be part of a noun phrase."""
    token = sentence.tokens[at]
    if sentence.quoted[at] and not token.is_word:
        return False
    if not token.is_word:
        return token.lower in ("'s", "'", "&", "%", "$", "/", "#")
    if token.lower in words.SUBORDINATOR - words.PREPOSITION or token.lower in words.CONJUNCTION:
        return False
    return not is_verb(sentence, at)


def is_adverb(token: Token) -> bool:
    """Guess whether a word is an adverb."""
    lower = token.lower
    if lower in words.ADVERB:
        return True
    plain = len(lower) > 4 and not token.is_capital and lower not in words.NOT_ADVERBS
    return plain and lower.endswith("ly")


def is_capital_at(sentence: Sentence, at: int) -> bool:
    """Tell whether the token at `at` exists and starts with a capital letter."""
    return 0 <= at < len(sentence.tokens) and sentence.tokens[at].is_capital


def verb_follows(sentence: Sentence, at: int) -> bool:
    """Tell whether the token at `at` exists and looks like a verb."""
    return at < len(sentence.tokens) and sentence.tokens[at].is_word and is_verb(sentence, at)


def _is_recent_time(sentence: Sentence, at: int) -> bool:
    return sentence.lower(at) in words.TIME and sentence.lower(at - 1) in words.RECENCY


def before_adverbs(sentence: Sentence, at: int) -> int:
    """Return the token at or left of `at` that is no adverb (-1 where all are)."""
    while at >= 0 and is_adverb(sentence.tokens[at]):
        at -= 1
    return at


def skip_adverbs_left(sentence: Sentence, at: int) -> int:
    """Return the first token at or left of `at` that is no adverb, auxiliary or negation."""
    while at >= 0:
        token = sentence.tokens[at]
        lower = token.lower
        if (sentence.lower(at - 1), lower) == ("as", "well") or _is_recent_time(sentence, at):
            at -= 2
        elif lower == "'s" and not is_verb(sentence, at):
            break
        elif (
            lower in words.AUXILIARY
            or lower in words.NEGATION
            or is_adverb(token)
            or (
                lower in words.TIME
                and token.is_capital
                and at > 0
                and sentence.lower(at - 1) != "on"
            )
        ):
            at -= 1
        else:
            break
    return at


def opening_parenthesis(sentence: Sentence, at: int) -> int:
    """Return where the parenthesis that closes at `at` opens (`at` if out of reach)."""
    for left in range(at, max(-1, at - REACH), -1):
        if sentence.lower(left) == "(":
            return left
    return at
