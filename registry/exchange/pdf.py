"""An agreement as a tagged PDF/A-2a, set by Typst: the same version gives the same bytes.

Nothing of the machine goes in: its fonts are left aside for those that Typst carries, and the document is
dated by its own first day.
"""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from registry import clock
from registry.exchange.outline import outline_of
from registry.exchange.papers import Paper
from registry.exchange.voice import Voice

TEMPLATE = Path(__file__).with_name("agreement.typ")


def pdf(paper: Paper, voice: Voice) -> bytes:
    """The PDF of one version in the language of the voice."""
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"outline": json.dumps(asdict(outline_of(paper, voice)), ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=["a-2a"],
        timestamp=clock.day_start(paper.terms.starts_on),
    )
