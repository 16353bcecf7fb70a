"""Verdicts given before, and when Cedar is asked again."""

from registry.policy.cedar import KEPT_VERDICTS, Verdict, Verdicts

ALLOWED, DENIED = Verdict(allowed=True), Verdict(allowed=False)


def test_an_equal_question_is_asked_once_and_another_anew() -> None:
    verdicts = Verdicts()
    verdicts.of(("sign", "ours"), lambda: ALLOWED)

    assert verdicts.of(("sign", "ours"), lambda: DENIED) is ALLOWED
    assert verdicts.of(("sign", "theirs"), lambda: DENIED) is DENIED


def test_only_so_many_verdicts_are_kept() -> None:
    verdicts = Verdicts()
    for question in range(KEPT_VERDICTS + 1):
        verdicts.of(question, lambda: ALLOWED)

    assert verdicts.of(0, lambda: DENIED) is DENIED
    assert verdicts.of(KEPT_VERDICTS, lambda: DENIED) is ALLOWED
