"""What refuses a question about a text that is to be signed, or an answer."""

from registry.errors import Conflict, NotFound, TooMany

MOST_QUESTIONS = 100
"""Questions about one version."""


class NoSuchQuestion(NotFound):
    """There is no such question about this version."""

    code = "no-such-question"


class QuestionAnswered(Conflict):
    """The question has been answered already."""

    code = "question-answered"


class EnoughQuestions(TooMany):
    """So many questions about one version are better talked about than asked here."""

    code = "enough-questions"
