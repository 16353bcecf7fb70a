"""The QR code of a card as the path of a drawing."""

import re

import pytest
import segno

from registry.frontline.cards import Code, code_of


def painted(code: Code) -> set[tuple[int, int]]:
    """The modules that the path paints, by column and row."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", code.path)
    assert "".join(f"M{x} {y}h{n}v1h-{back}z" for x, y, n, back in runs) == code.path
    return {(int(x) + step, int(y)) for x, y, n, _ in runs for step in range(int(n))}


@pytest.mark.parametrize(
    "address",
    ["https://registry.test/register/ISA-8FSF7FKS7X", "https://registry.test/cy/register/ISA-8FSF7FKS7X"],
)
def test_the_path_paints_the_dark_modules_and_no_others(address: str) -> None:
    code, drawn = code_of(address), segno.make(address, error="q", micro=False)
    dark = {(x + 4, y + 4) for y, row in enumerate(drawn.matrix) for x, module in enumerate(row) if module}
    assert painted(code) == dark
    assert code.size == len(drawn.matrix) + 8


def test_a_quiet_zone_of_four_modules_is_left_around_it() -> None:
    code = code_of("https://registry.test/register/ISA-8FSF7FKS7X")
    assert all(4 <= x < code.size - 4 and 4 <= y < code.size - 4 for x, y in painted(code))
