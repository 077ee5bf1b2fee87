"""What may stand in a field: a value as people send it, checked and brought into the one form it is stored in."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from core.errors import InvalidValue
from crm.fields.model import LONGEST, FieldDefinition, ValueType

GROUPING = re.compile(r"(?<=\d)[\s\u00a0\u202f'’](?=\d{3})")
AMOUNT = re.compile(r"^(?P<before>[^\d+-]*)(?P<number>[+-]?[\d\s\u00a0\u202f'’.,]*\d)\s*(?P<after>\D*)$")
SIGNS = {"": "EUR", "€": "EUR", "EUROS": "EUR", "EURO": "EUR", "$": "USD", "£": "GBP"}
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
CURRENCY = re.compile(r"^[A-Z]{3}$")
MOST_DIGITS = 15  # what a float of both databases keeps exactly
LONGEST_LINK = 2_000
YES_NO = {
    "true": True,
    "oui": True,
    "yes": True,
    "1": True,
    "false": False,
    "non": False,
    "no": False,
    "0": False,
}


def checked(field: FieldDefinition, value: Any) -> Any:
    """The value as it is stored; None empties the field. Raises `InvalidValue`, which says what the field wants.

    Numbers are ints or floats, amounts `{"amount": "12.50", "currency": "EUR"}`, dates ISO 8601, choices a list.
    """
    if value is None or value == "" or value == []:
        return None
    return _CHECKS[field.type](field, value)


def comparable(value: Any) -> tuple[list[str], float | None]:
    """The texts that a stored value is filtered by, and its number where it is one."""
    if isinstance(value, bool):
        return [str(value).lower()], None
    if isinstance(value, int | float):
        return [str(value)], float(value)
    if isinstance(value, Mapping):
        amount = value.get("amount")
        return [str(amount)], float(amount) if amount is not None else None
    if isinstance(value, list):
        return [str(one) for one in value], None
    if value is None:
        return [], None
    return [str(value)], _moment(str(value))


def _moment(text: str) -> float | None:
    """A date as seconds since 1970 at its midnight in UTC."""
    if not DATE.fullmatch(text):
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _refused(field: FieldDefinition, wants: str, **limits: Any) -> InvalidValue:
    return InvalidValue(field=field.key, name=field.name, wants=wants, **limits)


def _text(field: FieldDefinition, value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise _refused(field, "a text")
    written, longest = str(value).strip(), field.longest or LONGEST
    if len(written) > longest:
        raise _refused(field, f"at most {longest} characters", longest=longest)
    if field.pattern and not re.fullmatch(field.pattern, written):
        raise _refused(field, f"a text of the form {field.pattern}", pattern=field.pattern)
    return written


def _number(field: FieldDefinition, value: Any) -> int | float:
    number = _decimal(value)
    if number is None:
        raise _refused(field, "a number, such as 1250 or 12.5")
    _bounded(field, number)
    return int(number) if number == number.to_integral_value() else float(number)


def _money(field: FieldDefinition, value: Any) -> dict[str, str]:
    currency = "EUR"
    if isinstance(value, Mapping):
        amount, currency = _decimal(value.get("amount")), str(value.get("currency") or "EUR").upper()
    elif isinstance(value, str) and (found := AMOUNT.match(value.strip())):
        amount = _decimal(found["number"])
        told = f"{found['before']}{found['after']}".strip().upper()
        currency = SIGNS.get(told, told)
    else:
        amount = _decimal(value)
    if amount is None or not CURRENCY.match(currency):
        raise _refused(field, "an amount with its currency, such as 12.50 EUR")
    _bounded(field, amount)
    return {"amount": f"{amount:.2f}", "currency": currency}


def _decimal(value: Any) -> Decimal | None:
    """A number as people write it in French or English; `1,234` alone is the French decimal."""
    if isinstance(value, bool):
        return None
    written = GROUPING.sub("", str(value).strip())
    if "," in written and "." in written:
        last = max(",", ".", key=written.rfind)
        written = written.replace({",": ".", ".": ","}[last], "")
    try:
        number = Decimal(written.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < MOST_DIGITS else None


def _bounded(field: FieldDefinition, number: Decimal) -> None:
    if field.least is not None and number < Decimal(str(field.least)):
        raise _refused(field, f"at least {field.least:g}", least=field.least)
    if field.most is not None and number > Decimal(str(field.most)):
        raise _refused(field, f"at most {field.most:g}", most=field.most)


def _date(field: FieldDefinition, value: Any) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise _refused(field, "a date as YYYY-MM-DD, such as 1984-03-21") from None


def _choice(field: FieldDefinition, value: Any) -> str:
    if value not in field.choices:
        raise _refused(field, f"one of {', '.join(field.choices)}", choices=list(field.choices))
    return str(value)


def _choices(field: FieldDefinition, value: Any) -> list[str]:
    wanted = value if isinstance(value, list | tuple) else [value]
    if any(one not in field.choices for one in wanted):
        raise _refused(field, f"some of {', '.join(field.choices)}", choices=list(field.choices))
    return [choice for choice in field.choices if choice in wanted]


def _yes_no(field: FieldDefinition, value: Any) -> bool:
    told = YES_NO.get(str(value).strip().lower())
    if told is None:
        raise _refused(field, "yes or no")
    return told


def _link(field: FieldDefinition, value: Any) -> str:
    written = str(value).strip()
    if "://" not in written:
        written = f"https://{written}"
    if len(written) > LONGEST_LINK or re.search(r"\s", written) or not _is_web(written):
        raise _refused(field, "a web address, such as https://example.com")
    return written


def _is_web(written: str) -> bool:
    try:
        parts = urlsplit(written)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        return False


def _person(field: FieldDefinition, value: Any) -> str:
    """The id; whether there is such a customer is for who stores it."""
    if not isinstance(value, str):
        raise _refused(field, "the id of a customer")
    return value


_CHECKS: Mapping[ValueType, Callable[[FieldDefinition, Any], Any]] = {
    ValueType.TEXT: _text,
    ValueType.NUMBER: _number,
    ValueType.MONEY: _money,
    ValueType.DATE: _date,
    ValueType.CHOICE: _choice,
    ValueType.CHOICES: _choices,
    ValueType.YES_NO: _yes_no,
    ValueType.LINK: _link,
    ValueType.PERSON: _person,
}
