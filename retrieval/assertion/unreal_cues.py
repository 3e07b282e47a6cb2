"""Cues of what is only supposed or planned: if, would, may, plans to."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from retrieval.assertion import vocabulary as v
from retrieval.assertion.cue import SHORT, Cue, clause_begin
from retrieval.assertion.scope import BREAKS, clause_end, lower, scope_end
from retrieval.attribution.syntax.tokens import Token


def _fallen_through_start(tokens: Sequence[Token], at: int) -> int | None:
    """Return where begins what came to nothing or is a plan: the sale to Ost fell through."""
    word, after, before = tokens[at].lower, lower(tokens, at + 1), lower(tokens, at - 1)
    passive = before in v.BE and lower(tokens, at + 1) != "by"
    if (word, after) in v.FAILING_PAIR or (word in v.CANCELLED | v.PROPOSED and passive):
        return clause_begin(tokens, at)
    return None


def unreal_cue(tokens: Sequence[Token], at: int) -> Cue | None:
    """Return the cue of what is only supposed, wished or planned, if it is one."""
    word, after = tokens[at].lower, lower(tokens, at + 1)
    supposed = _hypothesis_cue(tokens, at, word, after)
    if supposed is not None:
        return supposed
    return _plan_cue(tokens, at, word, after)


def _hypothesis_cue(tokens: Sequence[Token], at: int, word: str, after: str) -> Cue | None:
    end = scope_end(tokens, at + 1)
    if word in ("would", "could", "might", "should", "ought") and _has_participle(tokens, at):
        return Cue("hypothetical", at, at + 1, end)
    if word in v.POSSIBLE:
        return Cue("hypothetical", at, at + 1, end, weak=word == "might")
    if word == "would" and (
        any(token.lower == "if" for token in tokens) or lower(tokens, 0) in v.INVERTED
    ):
        return Cue("hypothetical", at, at + 1, end)
    wished = at == 0 and (word, after) == ("if", "only")
    if wished or (
        word in ("if", "unless", "whether") and after not in ("not", "any", "only", "ever")
    ):
        stop = (
            len(tokens)
            if at == 0 and word != "whether" and _holds_now(tokens)
            else clause_end(tokens, at + 1)
        )
        return Cue("hypothetical", at, at + 1, stop)
    if at < 3 and word == "dream" and tokens[0].lower == "in":
        return Cue("hypothetical", at, at + 1, len(tokens))
    if word in v.PERHAPS and not after[:1].isdigit():
        return Cue("hypothetical", at, at + 1, end)
    if word in ("could", "may", "might") and after == "be" and lower(tokens, at + 2) == "that":
        return Cue("hypothetical", at, at + 3, scope_end(tokens, at + 3))
    if at == 0 and word in v.INVERTED - {"if"}:
        return Cue("hypothetical", at, at + 1, clause_end(tokens, at + 1))
    if word == "before" and "could" in {token.lower for token in tokens[at + 1 : at + 7]}:
        return Cue("hypothetical", at, at + 1, clause_end(tokens, at + 1))
    if word == "though" and lower(tokens, at - 1) == "as":
        return Cue("hypothetical", at, at + 1, end)
    if word in v.SUPPOSING and (at == 0 or lower(tokens, at - 1) in ("us", "to")):
        return Cue("hypothetical", at, at + 1, len(tokens))
    if word in v.ALMOST and (after in v.IRREGULAR or after.endswith("ed")):
        return Cue("hypothetical", at, at + 1, end)
    near = word in ("close", "verge", "brink", "point") and after in ("to", "of")
    gerunds = {second for first, second in _pairs_after(tokens, at) if first == "of"}
    within = word == "within" and any(each.endswith("ing") for each in gerunds)
    if within or (near and lower(tokens, at + 2).endswith("ing")):
        return Cue("hypothetical", at, at + 1, end)
    return None


def _pairs_after(tokens: Sequence[Token], at: int) -> Iterator[tuple[str, str]]:
    return pairwise(token.lower for token in tokens[at + 1 : at + SHORT])


def _holds_now(tokens: Sequence[Token]) -> bool:
    """Return whether what follows a condition is in the present, so that nothing tells it was."""
    comma = next((at for at, token in enumerate(tokens) if token.lower == ","), 0)
    main = [token.lower for token in tokens[comma + 1 :]]
    return comma > 0 and bool({"is", "are"} & set(main)) and not {"was", "were", "had"} & set(main)


def _has_participle(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a modal is followed by `have` and a participle: would not have moved."""
    near = [token.lower for token in tokens[at + 1 : at + 5]]
    if "have" not in near or near[0] == "only":
        return False
    participle = near[near.index("have") + 1 :] or [lower(tokens, at + 5)]
    first = next((word for word in participle if word not in v.ADVERB), "")
    return first.endswith(("ed", "en", "n", "t", "d")) or first in v.IRREGULAR | {
        "been", "come", "become", "run", "won", "begun", "sung", "gone", "done",
    }  # fmt: skip


def _plan_cue(tokens: Sequence[Token], at: int, word: str, after: str) -> Cue | None:
    end = scope_end(tokens, at + 1)
    called_off = any(t.lower in v.CANCELLED or t.lower == "off" for t in tokens[at:])
    if word in ("was", "were") and after == "to":
        dropped = any(token.lower == "but" for token in tokens[at:])
        if called_off or dropped or lower(tokens, at + 2) == "have":
            return Cue("planned", at, at + 1, end)
        return None
    if word == "will" or (word in ("going", "yet") and after == "to"):
        return Cue("planned", at, at + 1, end)
    if word == "would" and after in ("like", "love", "prefer", "wish", "rather"):
        return Cue("planned", at, at + 1, end)
    if word in v.PROSPECT and after == "of" and lower(tokens, at + 2).endswith("ing"):
        return Cue("planned", at, at + 1, end)
    if word in v.WANTING and _wants_done(tokens, at):
        return Cue("planned", at, at + 1, end)
    if word in v.PERMISSION and after == "to" and lower(tokens, at - 1) != "to":
        return Cue("planned", at, at + 1, end)
    if word in v.OFFERED and lower(tokens, at - 1) in v.BE:
        return Cue("planned", at, at + 1, end, weak=True)
    if word in v.WISHING and "had" in {token.lower for token in tokens[at + 1 : at + SHORT]}:
        return Cue("hypothetical", at, at + 1, end)
    begin = _fallen_through_start(tokens, at)
    if begin is not None:
        return Cue("planned", at, begin, end, weak=word in v.WEAK_PLAN)
    if word in v.PLAN and not _advises(tokens, at) and _plans(tokens, at, word):
        return Cue("planned", at, at + 1, end, weak=word in v.WEAK_PLAN)
    return None


def _advises(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a reader is told what to do: Try to …; you are advised to …."""
    word, before = tokens[at].lower, lower(tokens, at - 1)
    opens = before in ("", ".", ":", ";", "-", "*") and word in ("try", "consider", "aim", "plan")
    return opens or (
        word == "advised" and "you" in {t.lower for t in tokens[max(0, at - 3) : at + 2]}
    )


def _wants_done(tokens: Sequence[Token], at: int) -> bool:
    """Return whether somebody is wanted to do something: wants Ms Holt to paint it."""
    if lower(tokens, at - 1) in v.BE | v.DETERMINER or lower(tokens, at + 1) in v.ASKING:
        return False
    near = range(at + 2, min(at + SHORT, len(tokens)))
    to = next((i for i in near if tokens[i].lower in ("to", "that", "for", ",", *BREAKS)), at)
    return lower(tokens, to) == "to" and lower(tokens, to + 1) not in v.DETERMINER


def _plans(tokens: Sequence[Token], at: int, word: str) -> bool:
    """Return whether a word of planning has what is planned after it."""
    after, second = lower(tokens, at + 1), lower(tokens, at + 2)
    before = [token.lower for token in tokens[max(0, at - 3) : at]]
    if word in v.AFTER_BE and not (
        set(before[-2:]) & v.BE
        and before[-1:] != ["on"]
        and second not in v.DETERMINER | v.POSSESSIVE
    ):
        return False
    if {"won", "winning", "successful", "secured", "more", "most", "less"} & set(before):
        return False
    if at == 0 and word == "considering":
        return False
    if word in v.OPEN_VERB and {"will", "would"} & {t.lower for t in tokens[at + 1 : at + 8]}:
        return True
    if word.startswith("consider") and after in ("a", "an"):  # considered a sale
        return not {*before[-1:]} & (v.BE | v.HAVE | {",", "been", "widely", "often"})
    needed = v.FOLLOWERS.get(word)
    if needed is None:
        return True
    if "that-be" in needed and after == "that":
        return any(token.lower == "be" for token in tokens[at + 2 : at + 14])
    if needed == ("of-ing",):
        return after == "of" and second.endswith("ing")
    if "ing" in needed and after.endswith("ing"):
        return True
    # One word may stand between: planned recently to, wanted them to.
    infinitive = second == "to" and after not in v.PREPOSITION and "to" in needed
    return after in needed or infinitive
