"""Codes of an app (RFC 6238) and recovery codes."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from registry.oauth import steps
from registry.oauth.steps import Typed

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 22, 12, 0, 7, tzinfo=UTC)


class Keys:
    """A key file whose secret is known."""

    def derive(self, purpose: str, name: str) -> bytes:
        return sha256(f"{purpose}|{name}".encode()).digest()


@pytest.mark.spec("RFC 6238", "appendix B")
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert steps.code_at(SECRET, now) == code
    assert steps.count_of(SECRET, code, now) == seconds // steps.SECONDS


@pytest.mark.spec("RFC 6238", "5.2")
@pytest.mark.parametrize(("late", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_of_the_last_or_next_half_minute_is_taken_and_no_other(late: int, is_taken: bool) -> None:
    shown = steps.code_at(SECRET, NOW)
    found = steps.count_of(SECRET, shown, NOW + late * timedelta(seconds=steps.SECONDS))
    assert found == (int(NOW.timestamp()) // steps.SECONDS if is_taken else None)


def test_each_app_of_each_person_has_a_secret_of_its_own() -> None:
    asked = [("a", "1"), ("a", "2"), ("b", "1")]
    secrets = {steps.secret_of(Keys(), person=person, app=app) for person, app in asked}
    assert len(secrets) == 3
    assert {len(secret) for secret in secrets} == {20}


def test_an_app_reads_the_address_and_people_the_letters() -> None:
    address = steps.setup_address(SECRET, username="olwen", issuer="registry.test")
    assert address.startswith("otpauth://totp/registry.test:olwen?")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in address
    assert steps.spelt(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("123456", Typed("123456")),
        (" 123 456 ", Typed("123456")),
        ("3-7kq2m-9xhtd", Typed("7KQ2M9XHTD", 3)),
        ("10-7KQ2M9XHTD", Typed("7KQ2M9XHTD", 10)),
        ("12345", None),
        ("1234567", None),
        ("١٢٣٤٥٦", None),
        ("3-7KQ2M-9XHT0", None),
        ("0-7KQ2M-9XHTD", None),
        ("", None),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, read: Typed | None) -> None:
    assert steps.read_code(typed) == read


def test_recovery_codes_differ_and_are_read_as_they_are_shown() -> None:
    codes = steps.new_recovery_codes()
    assert len(set(codes)) == steps.RECOVERY_CODES
    assert [steps.read_code(shown) for shown in steps.shown(codes)] == [
        Typed(code, number) for number, code in enumerate(codes, 1)
    ]
