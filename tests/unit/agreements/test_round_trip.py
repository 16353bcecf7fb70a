"""Every sample terms document goes through the model and back without losing or changing a byte."""

import json

import pytest
import rfc8785

from registry import clock
from registry.agreements.terms import Terms
from registry.demo.samples import sample_terms
from registry.web.documents import canonical, salted
from tests.unit.demo.test_samples import EVERY_TERMS


@pytest.mark.parametrize("label", EVERY_TERMS)
def test_a_sample_reads_back_byte_for_byte(label: str) -> None:
    given = sample_terms(label, clock.london_day(clock.now()))
    frozen = canonical(salted(Terms.model_validate_json(json.dumps(given))))
    assert canonical(Terms.model_validate_json(frozen)) == frozen
    read = json.loads(frozen)
    assert rfc8785.dumps(read) == frozen
    assert {name: said for name, said in read.items() if name != "salt"} == given
