"""Refusals of templates."""

from registry.errors import NotFound


class NoSuchTemplate(NotFound):
    """There is no template under this id, or no version of it under this number."""

    code = "no-such-template"


class NotLocalised(NotFound):
    """The agreement was not made from a template."""

    code = "not-localised"
