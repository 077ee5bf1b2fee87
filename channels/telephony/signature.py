"""Whether a webhook really comes from the provider, and its form once that is known."""

from urllib.parse import parse_qsl

from multidict import MultiDict
from twilio.request_validator import RequestValidator

from channels.contract import WebRequest
from core.errors import BadSignature, Malformed

SIGNATURE = "x-twilio-signature"
MAX_FIELDS = 500

Form = dict[str, str]
"""A webhook's fields; where one is repeated, the first counts."""


def verified_form(request: WebRequest, auth_token: str) -> Form:
    """The form of a request whose signature covers its public URL, query included, and every field.

    Raises `BadSignature`, and `Malformed` for a body that is no form. Nothing unsigned is believed.
    """
    signature = request.headers.get(SIGNATURE, "")
    if not signature or not auth_token:
        raise BadSignature(what="webhook")
    fields = _fields(request.body)
    try:
        good = RequestValidator(auth_token).validate(request.url, fields, signature)
    except ValueError as error:  # a URL that is none
        raise BadSignature(what="webhook") from error
    if not good:
        raise BadSignature(what="webhook")
    return {name: fields[name] for name in fields}


def _fields(body: bytes) -> MultiDict[str]:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise Malformed(what="webhook", problem="its body is not a form in UTF-8") from error
    return MultiDict(pairs)
