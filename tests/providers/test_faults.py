"""What the words of an error answer mean."""

import msgspec
import pytest

from providers.errors import ContextTooLongError, InvalidRequestError, ProviderError, RateLimitedError
from providers.faults import error_from, read_fault

_COMPLAINT = [{"type": "extra_forbidden", "loc": ["body", "temperature"], "msg": "Extra inputs are not permitted"}]


@pytest.mark.parametrize("content", [{"detail": _COMPLAINT}, {"message": {"detail": _COMPLAINT}}])
def test_a_complaint_of_fastapi_names_its_parameter(content: object) -> None:
    """VLLM's and Mistral's servers write errors of validation so."""
    fault = read_fault(422, msgspec.json.encode(content))
    assert (fault.param, fault.message) == ("temperature", "Extra inputs are not permitted")


@pytest.mark.parametrize("detail", [[], [7], [{}], [{"loc": "body", "msg": 7}], {"loc": []}, 7, None])
def test_an_odd_complaint_is_no_trouble(detail: object) -> None:
    """Whatever stands there, the status decides."""
    fault = read_fault(400, msgspec.json.encode({"detail": detail, "message": {"detail": detail}}))
    assert type(error_from("p", fault)) is InvalidRequestError


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (400, "Your credit balance is too low to access the API.", RateLimitedError),
        (422, "This exceeds the context window.", ContextTooLongError),
        (404, "No model of that name with a context window of 8k.", InvalidRequestError),
        (409, "Another call changed the context length.", InvalidRequestError),
    ],
)
def test_words_count_where_they_can_mean_it(status: int, message: str, expected: type[ProviderError]) -> None:
    """A missing model isn't a long text, and an empty account isn't a bad request."""
    error = error_from("p", read_fault(status, msgspec.json.encode({"error": {"message": message}})))
    assert type(error) is expected
    assert ("no credit" in str(error)) is (expected is RateLimitedError)
