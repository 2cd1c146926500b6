from __future__ import annotations

import pytest

from monitor.calls.numbers import common_digits, host_of, same_number, telling, user_of


@pytest.mark.parametrize(
    ("address", "user", "host"),
    [
        ("600111222", "600111222", ""),
        ("sip:+34600111222@pbx.example:5060;user=phone", "+34600111222", "pbx.example"),
        ("<sips:ana@[2001:db8::1]:5061>", "ana", "[2001:db8::1]:5061"),
        ("tel:+34600111222;phone-context=x", "+34600111222", ""),
        (None, "", ""),
    ],
)
def test_an_address_has_a_user_and_a_host(address: str | None, user: str, host: str) -> None:
    assert (user_of(address), host_of(address)) == (user, host)


@pytest.mark.parametrize("other", ["600111222", "+34600111222", "0034 600 111 222", "sip:9600111222@pbx"])
def test_a_number_is_the_same_with_and_without_prefixes(other: str) -> None:
    assert same_number("600111222", other)


@pytest.mark.parametrize(
    ("one", "other"), [("1001", "21001"), ("600111222", "600111223"), (None, None), ("", "1001"), ("1001", "600111001")]
)
def test_other_numbers_are_not_the_same(one: str | None, other: str | None) -> None:
    assert not same_number(one, other)


def test_extensions_and_names_are_the_same_only_as_a_whole() -> None:
    assert same_number("1001", "sip:1001@pbx")
    assert same_number("Ana", "ana")
    assert not same_number("anonymous", "unknown")


def test_only_numbers_long_enough_tell_a_subscriber() -> None:
    assert [telling(one) for one in ("600111222", "1001", "anonymous", None)] == [True, False, False, False]


def test_all_forms_of_a_number_have_digits_in_common() -> None:
    assert {common_digits(one) for one in ("600111222", "+34600111222", "tel:+34-600-111-222")} == {"0111222"}
