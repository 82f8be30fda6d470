"""The schema of a prompt that wants JSON: what an author may write, and what follows it."""

from typing import Any

import pytest

from prompts.output import Output
from prompts.registry import PromptRegistry
from tests.prompts.building import problems_of

HEAD = "---\ntitle: T\nbrief: b\n{}\n---\n{{% block system %}}a{{% endblock %}}\n{{% block user %}}b{{% endblock %}}\n"


def _schema(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"type": "object", "properties": fields}


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({}, "schema: must be of `type: object`"),
        ({"type": ["object"]}, "schema: must be of `type: object`"),
        ({"type": "object"}, "schema: needs `properties`"),
        (_schema(a={}), "schema.a: must have a `type`"),
        (_schema(a={"type": []}), "schema.a: must have a `type`"),
        (_schema(a="string"), "schema.a: must have a `type`"),
        (_schema(A={"type": "string"}), "schema.A: may have only lowercase letters"),
        (_schema(a={"type": "string", "pattern": ".*"}), "schema.a: 'pattern' can't be used here"),
        (_schema(a={"type": "string", "enum": []}), "schema.a.enum: is not what it must be"),
        (_schema(a={"type": "array"}), "schema.a.items: must have a `type`"),
        (_schema(a={"type": "array", "items": {"type": "string"}, "maxItems": -1}), "schema.a.maxItems: is not what"),
        ({**_schema(a={"type": "string"}, b={"type": "string"}), "required": ["a"]}, "all properties are required"),
        (_schema(**{f"f{number}": {"type": "boolean"} for number in range(60)}), "describes more than 50 values"),
    ],
)
def test_what_can_not_be_sent_is_refused(schema: dict[str, Any], reason: str) -> None:
    """With the place."""
    with pytest.raises(ValueError, match="schema") as refused:
        Output(format="json", schema=schema)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ({"type": "string", "maxLength": 2}, ["ab", ""], ["abc", 1, None]),
        ({"type": "string", "enum": ["a", "b"]}, ["a"], ["c", ""]),
        ({"type": "integer", "minimum": 1, "maximum": 3}, [1, 3], [0, 4, "1", 1.5, True]),
        ({"type": "number"}, [1, 1.5], ["1", None]),
        ({"type": "boolean"}, [True], [1, "true"]),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 1}, [[], [1]], [[1, 2], ["a"], 1]),
        (_schema(x={"type": "string"}), [{"x": "y"}], [{}, {"x": "y", "z": 1}, []]),
    ],
)
def test_value_follows_its_schema_or_not(field: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    """Nothing is turned into something else."""
    output = Output(format="json", schema=_schema(a=field))
    for value in good:
        assert output.read({"a": value}).startswith('{"a":')
    for value in bad:
        with pytest.raises(ValueError, match=r"'|enum"):
            output.read({"a": value})


def test_reason_does_not_name_the_value() -> None:
    """It goes to the provider, and the value has what was hidden from it."""
    output = Output(format="json", schema=_schema(a={"type": "string", "enum": ["x"]}))
    with pytest.raises(ValueError, match=r"not one of the enum - at '\$\.a'") as refused:
        output.read({"a": "carla@home.example"})
    assert "carla" not in str(refused.value)


def test_author_is_told_in_the_file() -> None:
    """The line, and what to write."""
    schema = "output: {format: json, schema: {type: object, properties: {a: {type: text}}}}"
    assert "must have a `type`: object" in _problem(HEAD.format(schema))
    assert "leave the guards out" in _problem(HEAD.format(f"guards: [links]\n{schema.replace('text', 'string')}"))


def _problem(source: str) -> str:
    return problems_of(source)[0].reason


@pytest.mark.parametrize("key", ["suggest_tags", "detect_intent"])
def test_shipped_prompts_send_their_schema(key: str) -> None:
    """In the system message, whatever the provider can do besides."""
    prompt = PromptRegistry.load().get(key)
    assert prompt.output is not None
    test = prompt.tests[0]
    assert test.around is not None
    system, user = prompt.render("", prompt.resolve(test.variables), html=False, around=test.around)
    assert '"additionalProperties":false' in system.content
    assert ("The tags:\nbilling" in user.content) == (key == "suggest_tags")
