"""Templates as they are written: what the policy forbids is not in them, and nothing is said past gettext."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from registry.web.pages.environment import environment
from registry.web.pages.words import REGISTRY

TEMPLATES = sorted(REGISTRY.rglob("templates/*.html"))
EACH = pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parents[1].name}/{path.name}")
NAMES = {"English", "Cymraeg", "CSV", "JSON", "kB"}
CODE = ("code", "pre")
READ_OUT = ("alt", "aria-label", "placeholder", "title", "data-label")


class Said(HTMLParser):
    """The words a reader sees or hears in markup; what is code is not translated."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in CODE
        self.words += [value or "" for name, value in attrs if name in READ_OUT]

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in CODE

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.words.append(data)


def plain_markup(source: str) -> Iterator[str]:
    """The template without expressions, what stands between `trans` and `endtrans`, and commands to type."""
    in_trans, opened = False, ""
    without_commands = re.sub(r"\{% call command\(.*?\{% endcall %\}", "", source, flags=re.DOTALL)
    for _line, kind, value in environment("en").lex(without_commands):
        if kind == "name" and opened == "block_begin" and value in ("trans", "endtrans"):
            in_trans = value == "trans"
        if not in_trans:
            yield value if kind == "data" else " " if kind.endswith("_end") else ""
        if kind != "whitespace":
            opened = kind


@EACH
def test_no_word_is_said_past_gettext(template: Path) -> None:
    said = Said()
    said.feed("".join(plain_markup(template.read_text("utf-8"))))
    said.close()
    words = {word for text in said.words for word in re.findall(r"[^\W\d_]{2,}", text)}
    assert words <= NAMES


@EACH
def test_a_template_holds_no_style_handler_or_script_of_its_own(template: Path) -> None:
    source = template.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", source)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source))
    assert not re.search(r"\|\s*safe\b", source)


@EACH
def test_a_template_asks_nobody_elsewhere(template: Path) -> None:
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', template.read_text("utf-8"))
