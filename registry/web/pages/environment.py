"""Where templates are found, and what every template can call."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
)
from jinja2.exceptions import UndefinedError
from jinja2.utils import missing

from registry.web.pages import writing
from registry.web.pages.files import static
from registry.web.pages.forms import FieldFault
from registry.web.pages.languages import Language, in_language, other
from registry.web.pages.words import REGISTRY, translations

OWN = Path(__file__).parent / "templates"


class Absent(ChainableUndefined):
    """What a template asked for and is not there.

    Only parameters of a component may be left out; a name or an attribute nobody passed is a mistake, and is
    not written as nothing.
    """

    __slots__ = ()

    def __str__(self) -> str:
        self._refuse_unless_left_out()
        return ""

    def __iter__(self) -> Iterator[Any]:
        self._refuse_unless_left_out()
        return iter(())

    def _refuse_unless_left_out(self) -> None:
        asked_of = self._undefined_obj
        is_parameter = isinstance(asked_of, dict | Absent)
        is_word_of_jinja = asked_of is missing and self._undefined_name in {"caller", "undefined"}
        if not (is_parameter or is_word_of_jinja):
            raise UndefinedError(self._undefined_message)


@cache
def environment(language: Language) -> Environment:
    """The templates, speaking one language."""
    made = Environment(
        loader=_loader(),
        autoescape=True,
        undefined=Absent,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.policies["ext.i18n.trimmed"] = True
    catalogue = translations(language)
    install: Callable[..., None] = made.install_gettext_callables  # type: ignore[attr-defined]
    install(catalogue.gettext, catalogue.ngettext, newstyle=True)
    made.globals |= {
        "fault_of": partial(_fault_of, language=language),
        "at": partial(_at, language=language),
        "language": language,
        "static": static,
        "twin_language": other(language),
    }
    made.filters |= {name: partial(write, language=language) for name, write in _SPOKEN.items()}
    made.filters["paragraphs"] = writing.paragraphs
    return made


_SPOKEN: dict[str, Callable[..., Any]] = {
    "day": writing.day,
    "instant": writing.instant,
    "tongue": writing.tongue,
}


def _at(path: str, language: Language) -> str:
    return in_language(path, language)


def _fault_of(faults: Iterable[FieldFault], name: str, language: Language) -> dict[str, str] | None:
    """What is wrong with a field, as the components take it for `errorMessage`."""
    for fault in faults:
        if fault.field == name:
            hidden = translations(language).gettext("Error")
            return {"text": writing.tongue(fault.sentence, language), "visuallyHiddenText": hidden}
    return None


def _loader() -> BaseLoader:
    """The kit's own templates, each feature's under its name, and the components."""
    features = {
        folder.parent.name: FileSystemLoader(folder) for folder in sorted(REGISTRY.glob("*/templates"))
    }
    components = {"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}
    return ChoiceLoader([FileSystemLoader(OWN), PrefixLoader({**features, **components})])
