"""Every limit that an operator or a client can meet, in the order of the table in `docs/security.md`."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant import app, metrics
from assistant.api import prompt_trials, usage_query
from assistant.authoring import drafts, samples
from assistant.budgets import document as budget_document
from assistant.commands import serving
from assistant.completion import cache, losses, prepared
from assistant.desk import app as desk_app
from assistant.desk import bodies, fields, leftovers, media, passwords, search_index, sign_in
from assistant.desk.api import session
from assistant.front import idle_connections, request_bodies, trust
from assistant.gateway import headers, remote_core, websockets
from assistant.live_settings import masking as masking_document
from assistant.live_settings import masking_trial
from assistant.provider_setting import change as provider_change
from assistant.provider_setting import live_calls, live_test
from assistant.provider_setting.connections import LOAD_SECONDS
from assistant.redis import link as redis_link
from assistant.settings import Settings, waits
from assistant.text import offloading
from assistant.text.guards import base
from assistant.text.html import nesting
from assistant.text.masking import custom, revealing
from assistant.usage import log as usage_log
from assistant.web import forms, own_paths, parameters
from http1 import connection
from prompts import errors, syntax, variables
from providers.adapters import wire
from providers.asking import deadline
from providers.asking.upstream import UpstreamOptions
from providers.base import MOST_TOKENS
from providers.http import headers as own_headers
from providers.http import sse, transport
from providers.sdk import answers as sdk_answers
from tests.assistant.limits.limit import Limit, Trial

_SET = Settings()
_ASK = UpstreamOptions()
_CLICK = "/api/v1/ai/completion"
_PROMPT = "/api/v1/ai/prompts/reply_friendly"
_CONVERSATIONS = "/api/v1/conversations"
_NAMED = "400 `invalid_request`, which names the field"
_LARGE = "413 `too_large`"
_SLOW = "tests/assistant/gateway/test_slow_clients.py"
_HEADS = "tests/assistant/gateway/test_hostile_heads.py"
_FAILURES = "tests/assistant/gateway/test_failures.py"
_REPLIES = "tests/providers/test_hostile_replies.py"
_CUSTOM = "tests/assistant/text/masking/test_custom.py"
_PROBLEMS = "tests/prompts/test_many_problems.py"
_BAD_ANSWER = "502 `provider_unavailable`, or the fallback is asked; in a stream that has begun an `error` event"
_BOUNDS = "tests/assistant/limits/test_bounds.py"


def _letters(count: int) -> str:
    return "x" * count


def _click(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"prompt_key": "reply_friendly", "content": "Dear Ana, all is well.", **more}


def _conversation(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    new = {"content": "Hello", "inbox_id": 1, "contact_email": "carla@example.com", "first_name": "Carla"}
    return {**new, "initiator": "contact", **more}


def _agent(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"first_name": "Ann", "email": f"ann{len(str(more))}@example.com", "roles": ["Agent"], **more}


def _nested(depth: int) -> dict[str, Any]:
    inside: Any = 1
    for _ in range(depth):
        inside = {"a": inside}
    return dict(inside)


CONNECTIONS = [
    Limit("head of a request; up to twice that if it arrives at once", serving._LARGEST_HEAD, "bytes",
          "431, or the connection is closed",
          f"{_SLOW}::test_head_has_a_limit"),
    Limit("`Host` with its port, of a request to the helpdesk", headers._LONGEST_HOST, "bytes", "400 `invalid_request`",
          f"{_HEADS}::test_bound_of_a_host"),
    Limit("path, without its query", own_paths.LONGEST_PATH, "bytes", "414 `too_large`",
          f"{_HEADS}::test_bound_of_a_path"),
    Limit("request id of a trusted proxy", trust.LONGEST_ID, "characters", "the answer has an id of ours",
          f"{_BOUNDS}::test_request_id"),
    Limit("time for a whole head", _SET.client_timeout, "s", "the connection is closed",
          f"{_SLOW}::test_head_that_drips_ends_the_connection", "CLIENT_TIMEOUT"),
    Limit(f"silence inside a body, and the time for all of it below {request_bodies._SLOWEST} bytes a second",
          _SET.client_timeout, "s", "408 `request_timeout`, and the connection is closed",
          f"{_SLOW}::test_body_that_drips_is_cut", "CLIENT_TIMEOUT"),
    Limit("requests and WebSockets of one client at once", _SET.client_limit, "",
          "429 `too_many_requests`; health still answers",
          f"{_SLOW}::test_one_address_has_only_so_much_under_way", "CLIENT_LIMIT"),
    Limit("open connections of one client, for each worker", _SET.client_limit + idle_connections.SPARE, "",
          "its idle connections are closed, the longest idle first",
          "tests/assistant/gateway/test_hoarders.py::test_connections_of_one_client_have_a_limit", "CLIENT_LIMIT"),
    Limit("open files of a process; half of them are connections of clients", serving._MOST_DESCRIPTORS, "",
          "new connections wait", f"{_SLOW}::test_connections_leave_files_for_everything_else"),
    Limit("WebSocket message", websockets._LARGEST_MESSAGE, "bytes", "the WebSocket is closed",
          "tests/assistant/gateway/test_websockets.py::test_largest_message"),
]  # fmt: skip

SIGN_IN = [
    Limit("body of a sign-in", session._LARGEST_BODY, "bytes", _LARGE,
          "tests/assistant/desk/test_stranger_bodies.py::test_bound_of_a_sign_in"),
    Limit("passwords waiting for their check", passwords._MOST_WAITING, "", "503 `busy` with `Retry-After`",
          "tests/assistant/desk/test_passwords.py::test_more_than_can_wait_is_refused_at_once"),
    Limit("wait of a password for its check", passwords._LONGEST_WAIT, "s", "503 `busy` with `Retry-After`",
          "tests/assistant/desk/test_passwords.py::test_who_waits_for_too_long_is_refused_and_what_has_begun_is_finished"),
    Limit("wrong passwords in a row for an address, from one network", sign_in._FREE_FAILURES, "",
          "429 `too_many_attempts`, each time for twice as long",
          "tests/assistant/desk/test_sign_in.py::test_wrong_passwords_lock_the_address_for_a_while"),
    Limit("wrong passwords for an address, from all networks", sign_in._MANY_FAILURES, "",
          f"each network has {sign_in._FEWER_FAILURES} tries",
          "tests/assistant/desk/test_sign_in.py::test_address_that_is_guessed_from_many_networks"),
    Limit("password", bodies.LONGEST_PASSWORD, "characters", _NAMED,
          Trial("/api/v1/agents", lambda n: _agent(new_password=_letters(n)), "new_password")),
    Limit("age of a browser's session that is not used", sign_in.SESSION.total_seconds() / 86400, "days",
          "401, sign in again", "tests/assistant/desk/test_sign_in.py::test_session_ends_by_itself"),
]  # fmt: skip

DRAFTS = [
    Limit("body of an AI operation", app._LARGEST_BODY, "bytes", _LARGE, f"{_BOUNDS}::test_body_of_an_ai_operation"),
    Limit("draft, UTF-8", prepared.MOST_CONTENT, "bytes", _LARGE,
          Trial(_CLICK, lambda n: _click(content=_letters(n)), "content")),
    Limit("selection with what stands around it", prepared.MOST_CONTENT, "bytes", _LARGE,
          Trial(_CLICK, lambda n: _click(selection={"text": "all is well", "before": _letters(n - 11), "after": ""}),
                "selection")),
    Limit("extra instruction (`instruction`)", prepared.MOST_CONTENT, "bytes", _LARGE,
          Trial(_CLICK, lambda n: _click(instruction=_letters(n)), "instruction")),
    Limit("text that is worked on without waiting for a turn", offloading.LARGE,
          "letters; a digit or a sign counts as ten", "it waits for one",
          "tests/assistant/text/test_offloading.py::test_short_texts_are_worked_on_at_once"),
    Limit("longer texts worked on at once, in each worker", offloading.AT_ONCE,
          f"and 1 beyond {offloading.VERY_LARGE:,}", "the text waits for its turn",
          "tests/assistant/text/test_offloading.py::test_no_more_than_a_few_at_once"),
    Limit("lost references that warnings name one by one", losses.MOST_LOST, "", "one warning counts the rest",
          "tests/assistant/completion/test_hostile_drafts.py::test_the_rest_is_counted"),
    Limit("values that one warning names", base.MOST_NAMED, "", "it says how many more there are",
          "tests/assistant/completion/test_hostile_drafts.py::test_many_are_told_in_a_few_words"),
    Limit("hidden values put into one answer", revealing.MOST_REVEALED, "characters", "further codes are left out",
          f"{_BOUNDS}::test_hidden_values_of_an_answer"),
    Limit("whole answer of a rewrite, 60 s behind Libredesk 2.6 and newer", waits.SHORT_SECONDS, "s",
          "504 `provider_timeout`; 503 `model_loading` from a server that loads its model first",
          "tests/providers/asking/test_deadline.py::test_a_slow_answer_is_given_up", "REQUEST_TIMEOUT"),
    Limit("silence between two pieces of a streamed answer", deadline.BETWEEN_SECONDS, "s", "an `error` event",
          "tests/providers/asking/test_deadline.py::test_silence_between_two_pieces_is_given_up"),
    Limit("whole streamed answer", _SET.long_timeout, "s", "an `error` event",
          "tests/providers/asking/test_deadline.py::test_a_drip_is_given_up_in_the_end", "LONG_TIMEOUT"),
]  # fmt: skip

PROVIDERS = [
    Limit("calls of one provider at once, for each process", _ASK.most, "", "the call waits",
          "tests/providers/asking/test_slots.py::test_requests_wait_in_line"),
    Limit("calls that wait for a place", _ASK.queue, "", "503 `provider_unavailable`, or the fallback is asked",
          "tests/providers/asking/test_slots.py::test_requests_wait_in_line"),
    Limit("wait for a place", _ASK.patience, "s", "503 `provider_unavailable`, or the fallback is asked",
          "tests/providers/asking/test_slots.py::test_nobody_waits_longer_than_makes_sense"),
    Limit("whole answer of a provider", transport.MAX_REPLY, "bytes", _BAD_ANSWER,
          f"{_REPLIES}::test_seven_megabytes_are_no_answer"),
    Limit("streamed answer of a provider", transport.MAX_STREAM, "bytes", _BAD_ANSWER,
          f"{_REPLIES}::test_streams_end"),
    Limit("list of a provider's models", sdk_answers.MAX_REPLY, "bytes", "no models are listed",
          "tests/providers/sdk/test_inspection.py::test_neither_a_compressed_nor_an_endless_answer_is_read"),
    Limit("load of a model, which the agent does not wait for", LOAD_SECONDS, "s", "the call is broken off",
          "tests/providers/asking/test_loading.py::test_a_load_without_end_is_a_server_that_hangs"),
    Limit("live test of a provider, by Test and Save", live_test.LIVE_SECONDS, "s",
          "504 `provider_timeout`; 503 `model_loading` from a server that may load its model first",
          "tests/assistant/provider_setting/test_loading.py::test_second_press_finds_the_model_loaded"),
    Limit("loads that live tests have begun, for each process", live_calls.MOST, "", "the oldest ends",
          "tests/assistant/provider_setting/test_live_calls.py::test_oldest_load_ends_for_one_too_many"),
    Limit("headers of one's own for a provider", own_headers.MOST_HEADERS, "", _NAMED,
          "tests/assistant/provider_setting/test_headers.py::test_header_that_can_not_be_sent_is_named"),
    Limit("one event of a streamed answer", sse.MAX_EVENT, "bytes", _BAD_ANSWER,
          "tests/providers/http/test_sse.py::test_neither_a_line_nor_an_event_grows_without_end"),
    Limit("text of an answer, with the model's thoughts", wire.MOST_TEXT, "characters", _BAD_ANSWER,
          f"{_REPLIES}::test_a_text_has_a_length"),
    Limit("informational answers (1xx) before the one that counts", connection.MOST_INFORMATIONAL, "", _BAD_ANSWER,
          f"{_REPLIES}::test_heads_end"),
    Limit("name of a model", wire.MOST_NAME, "characters", "the name is cut",
          f"{_REPLIES}::test_names_of_models_are_short_and_clean"),
    Limit("tokens of a kind that a provider reports", MOST_TOKENS, "", "the figure counts as 0",
          f"{_REPLIES}::test_figures_that_make_no_sense_are_none"),
    Limit("names of models in the metrics, for each provider", metrics.MOST_MODELS, "", "the label is `other`",
          "tests/assistant/test_metrics.py::test_a_provider_that_answers_by_ever_new_names_fills_no_memory"),
    Limit("room for an answer", prepared._MOST_OUTPUT, "tokens", "the answer is cut, and a warning says so",
          f"{_BOUNDS}::test_room_for_an_answer"),
    Limit("nested elements of an answer", nesting._DEEPEST, "",
          "the inner ones lose their tags, not their text",
          "tests/assistant/text/masking/test_hostile_html.py::test_sound_html_stays_however_long_it_is"),


]  # fmt: skip

ADMINS = [
    Limit("fallbacks", provider_change._MOST_FALLBACKS, "", _NAMED, f"{_BOUNDS}::test_fallbacks"),
    Limit("budgets, and own prices", budget_document._MOST, "of each", _NAMED,
          Trial("/api/v1/ai/budgets", lambda n: {"budgets": [
              {"scope": "agent", "id": str(i), "tokens_per_day": 9} for i in range(n)]}, "budgets", "PUT")),
    Limit("own patterns of masking", masking_document.MOST_PATTERNS, "", _NAMED,
          Trial("/api/v1/ai/masking", lambda n: {"patterns": [
              {"name": f"k{i}", "pattern": f"AB{i}-[0-9]+"} for i in range(n)]}, "patterns", "PUT")),
    Limit("one pattern", custom.LONGEST_PATTERN, "characters", _NAMED,
          Trial("/api/v1/ai/masking", lambda n: {"patterns": [{"name": "k", "pattern": _letters(n)}]},
                "patterns[0].pattern", "PUT")),
    Limit("one pattern, with its repeats written out", custom.LARGEST_PATTERN, "steps of RE2", _NAMED,
          f"{_BOUNDS}::test_size_of_a_pattern"),
    Limit("all patterns together", masking_document.LARGEST_TOGETHER, "steps of RE2", _NAMED,
          f"{_BOUNDS}::test_size_of_all_patterns"),
    Limit("processor time of all patterns on one text", custom.MOST_SECONDS, "s",
          "413 `too_large`, which names the pattern; nothing is sent",
          f"{_CUSTOM}::test_a_pattern_that_looks_ahead_again_and_again_is_stopped"),
    Limit("text that masking is tried on, UTF-8", masking_trial.MOST_TEXT, "bytes", _NAMED,
          Trial("/api/v1/ai/masking/try", lambda n: {"text": "x" * n}, "text")),
    Limit("kinds listed as private", masking_document.MOST_PRIVATE, "", _NAMED,
          Trial("/api/v1/ai/masking", lambda n: {"private": ["email"] * n}, "private", "PUT")),
    Limit("text of a prompt", syntax.MAX_SOURCE, "characters", "400 `broken_prompt`",
          f"{_BOUNDS}::test_text_of_a_prompt"),
    Limit("problems reported for a refused prompt", errors.MOST_PROBLEMS, "", "one more line says that there are more",
          f"{_PROBLEMS}::test_fifty_problems_are_told"),
    Limit("variables of a prompt", variables.MAX_VARIABLES, "", "400 `broken_prompt`, which names the field",
          f"{_PROBLEMS}::test_too_many_variables_are_named"),
    Limit("message of a saved prompt", drafts._LONGEST_MESSAGE, "characters", _NAMED,
          f"{_BOUNDS}::test_message_of_a_prompt"),
    Limit("name of a saved draft", prompt_trials._LONGEST_NAME, "characters", _NAMED,
          Trial(f"{_PROMPT}/samples", lambda n: {"name": _letters(n), "content": "Hello"}, "name")),
    Limit("saved drafts of a prompt", samples._MOST, "", _NAMED, f"{_BOUNDS}::test_saved_drafts"),
    Limit("runs of one trial", prompt_trials._MOST_RUNS, "", _NAMED, f"{_BOUNDS}::test_runs_of_a_trial"),
    Limit("days of a usage report", usage_query._MOST_DAYS, "", _NAMED, f"{_BOUNDS}::test_days_of_a_report"),
    Limit("days of a usage report by hour", usage_query._MOST_DAYS_BY_HOUR, "", _NAMED,
          f"{_BOUNDS}::test_days_of_a_report_by_hour"),
    Limit("minutes of recent errors", usage_query._MOST_MINUTES, "", _NAMED, f"{_BOUNDS}::test_minutes_of_errors"),
]  # fmt: skip

DESK = [
    Limit("body of any other operation", desk_app._LARGEST_BODY, "bytes", _LARGE, f"{_BOUNDS}::test_body_of_the_desk"),
    Limit("message, or note", fields.LONGEST_TEXT, "characters", _NAMED,
          Trial("{conversation}/messages", lambda n: {"message": _letters(n), "sender_type": "agent"}, "message")),
    Limit("first message of a conversation", fields.LONGEST_TEXT, "characters", _NAMED,
          Trial(_CONVERSATIONS, lambda n: _conversation(content=_letters(n)), "content")),
    Limit("subject", bodies._LONGEST_SUBJECT, "characters", _NAMED,
          Trial(_CONVERSATIONS, lambda n: _conversation(subject=_letters(n)), "subject")),
    Limit("name of a person or a team", fields.LONGEST_NAME, "characters", _NAMED,
          Trial("/api/v1/agents", lambda n: _agent(first_name=_letters(n)), "first_name")),
    Limit("e-mail address", fields.LONGEST_EMAIL, "characters", _NAMED,
          Trial(_CONVERSATIONS, lambda n: _conversation(contact_email="a@" + _letters(n - 2)), "contact_email")),
    Limit("attributes of a conversation, as JSON", bodies._LARGEST_OBJECT, "bytes", _NAMED,
          Trial(_CONVERSATIONS, lambda n: _conversation(custom_attributes={"a": _letters(n - 8)}),
                "custom_attributes")),
    Limit("nested attributes", bodies._DEEPEST - 1, "", _NAMED,
          Trial(_CONVERSATIONS, lambda n: _conversation(custom_attributes=_nested(n)), "custom_attributes")),
    Limit("tags of a conversation", bodies._MOST_TAGS, "", _NAMED,
          Trial("{conversation}/tags", lambda n: {"tags": [f"tag {i}" for i in range(n)]}, "tags")),
    Limit("recipients, roles, teams, attachments", bodies._MOST_ITEMS, "of each", _NAMED,
          Trial("{conversation}/messages", lambda n: {"message": "Hello", "sender_type": "agent", "cc": [
              f"a{i}@example.com" for i in range(n)]}, "cc")),
    Limit("rows of a page", parameters.LARGEST_PAGE, "", _NAMED, f"{_BOUNDS}::test_rows_of_a_page"),
    Limit("query of a search", parameters._LONGEST_QUERY, "characters", _NAMED, f"{_BOUNDS}::test_query_of_a_search"),
    Limit("uploaded file", _SET.media_max_bytes, "bytes", _LARGE,
          "tests/assistant/desk/test_media.py::test_size_limit_is_kept_and_named", "MEDIA_MAX_BYTES"),
    Limit("uploads of an agent that are in no message", _SET.media_quota_files, "", _LARGE,
          "tests/assistant/desk/test_leftovers.py::test_too_many_files", "MEDIA_QUOTA_FILES"),
    Limit("the same in bytes", _SET.media_quota_bytes, "bytes", _LARGE,
          "tests/assistant/desk/test_leftovers.py::test_too_many_bytes", "MEDIA_QUOTA_BYTES"),
    Limit("age of an upload that is in no message", leftovers.KEPT.total_seconds() / 3600, "hours", "it is removed",
          "tests/assistant/desk/test_leftovers.py::test_what_is_in_no_message_goes_after_a_day"),
    Limit("folded characters of a message that a search looks at", search_index.MOST_FOLDED, "",
          "words behind them are not found",
          "tests/assistant/desk/test_growing_letters.py::test_what_stands_before_is_found"),
    Limit("fields and files of a form", forms._MOST_PARTS, "", _NAMED, f"{_BOUNDS}::test_parts_of_a_form"),
    Limit("field of a form", forms._LARGEST_FIELD, "bytes", _LARGE, f"{_BOUNDS}::test_field_of_a_form"),
    Limit("name of an uploaded file", media._LONGEST_NAME, "characters", "the name is cut, its ending stays",
          "tests/assistant/desk/test_media.py::test_name_can_be_kept_by_any_system"),
]  # fmt: skip

HELPDESK = [
    Limit("time until a helpdesk begins to answer", _SET.core_timeout, "s", "504 `core_timeout`",
          f"{_FAILURES}::test_core_that_takes_too_long", "CORE_TIMEOUT"),
    Limit("time until it says who is calling one of our operations", remote_core._ASK_TIMEOUT, "s",
          "503 `core_unavailable`","tests/assistant/gateway/test_identity.py::test_core_that_is_slow"),
    Limit("head of the helpdesk's answer", connection.LARGEST_HEAD, "bytes", "502 `core_unavailable`",
          f"{_FAILURES}::test_core_without_a_usable_answer"),
    Limit("what the helpdesk says of a caller or a conversation", remote_core._LARGEST_ANSWER, "bytes",
          "503 `core_unavailable`", "tests/assistant/gateway/test_identity.py::test_largest_answer_to_who_is_calling"),
]  # fmt: skip

MEMORY = [
    Limit("answers kept in a process", cache._MOST_BYTES, "bytes", "the one unused for longest goes",
          "tests/assistant/completion/test_cache.py::test_memory_is_bounded_by_bytes_and_drops_what_was_unused_for_longest"),
    Limit("commands that wait for Redis", redis_link._MOST_WAITING, "", "answers come without the cache",
          "tests/assistant/redis/test_link.py::test_frozen_while_many_ask"),
    Limit("usage rows that wait for the database", usage_log._MOST_WAITING, "", "the oldest go, and are counted",
          "tests/assistant/usage/test_usage.py::test_the_oldest_go_when_a_database_is_away_for_too_long"),
]  # fmt: skip

LIMITS: Mapping[str, Sequence[Limit]] = {
    "Connections": CONNECTIONS,
    "Signing in": SIGN_IN,
    "Drafts and their answers": DRAFTS,
    "Providers": PROVIDERS,
    "Settings and prompts": ADMINS,
    "The built-in desk": DESK,
    "The helpdesk behind": HELPDESK,
    "Memory": MEMORY,
}
"""The parts of the table."""
