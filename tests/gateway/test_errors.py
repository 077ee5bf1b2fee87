"""The one table from errors to statuses, and the one shape of every error answer."""

import json
from collections.abc import Iterator

import pytest
from aiohttp import web
from pydantic import ValidationError

import gateway.app  # noqa: F401  so that every error class of the front door is declared
from core.errors import FilrougeError, NotFound, StoreUnavailable
from gateway.api.conversations import ReplyBody
from gateway.errors import STATUS, answer, error_response, validation_response
from tests.gateway.front import Front
from tests.house.prose import ROOMS


def tree(root: type[FilrougeError] = FilrougeError) -> Iterator[type[FilrougeError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def the_product() -> list[type[FilrougeError]]:
    return [error for error in tree() if error.__module__.partition(".")[0] in ROOMS]


def told(response: web.StreamResponse) -> str:
    assert isinstance(response, web.Response)
    assert response.text is not None
    return response.text


@pytest.mark.parametrize("error", the_product(), ids=lambda error: error.__name__)
def test_every_error_of_the_product_has_a_line_in_the_table(error: type[FilrougeError]):
    assert error.code in STATUS


def test_no_two_errors_share_a_code():
    codes = [error.code for error in the_product() if "code" in vars(error)]

    assert sorted(codes) == sorted(set(codes))


def test_an_error_says_its_code_its_message_and_its_facts():
    response = error_response(NotFound(what="conversation", id="c1"))

    assert response.status == 404
    assert json.loads(told(response)) == {
        "error": {
            "code": "not_found",
            "message": "There is no conversation c1 that you may see.",
            "details": [{"what": "conversation", "id": "c1"}],
        }
    }


def test_all_that_is_wrong_with_a_body_is_told_at_once():
    with pytest.raises(ValidationError) as raised:
        ReplyBody.model_validate_json('{"epoch": "x", "text": 3, "colour": "red"}')
    body = json.loads(told(validation_response(raised.value, "body")))

    fields = {detail["field"] for detail in body["error"]["details"]}
    assert fields == {"body.epoch", "body.text", "body.key", "body.colour"}


def test_what_is_wrong_inside_is_not_told_outside():
    response = error_response(StoreUnavailable(problem="password refused at 10.0.0.9"))

    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert "10.0.0.9" not in told(response)


async def test_what_nobody_foresaw_is_told_by_its_correlation_id_only():
    response = await answer(RuntimeError("secret detail"), "corr-1")

    assert response.status == 500
    assert "corr-1" in told(response)
    assert "secret detail" not in told(response)


async def test_a_path_that_does_not_exist_is_answered_in_the_same_shape(front: Front):
    answer = await front.nobody().call("GET", "/api/v1/nothing-here")

    assert (answer.status, answer.code) == (404, "not_found")


async def test_a_method_that_does_not_exist_says_which_do(front: Front):
    answer = await front.nobody().call("DELETE", "/api/v1/sign-in")

    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"
