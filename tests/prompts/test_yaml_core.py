"""The scalars of YAML 1.2, which differ from what PyYAML reads by itself."""

import math

import pytest
import yaml

from prompts.yaml_core import compose, construct

SCALARS = {
    "no": "no",
    "yes": "yes",
    "on": "on",
    "true": True,
    "FALSE": False,
    "null": None,
    "~": None,
    "010": 10,
    "0o10": 8,
    "0x1F": 31,
    "-7": -7,
    "1_000": "1_000",
    "1:30": "1:30",
    "2026-11-22": "2026-11-22",
    "1.5": 1.5,
    "1e3": 1000.0,
    ".5": 0.5,
    "1.": 1.0,
    "-.inf": -math.inf,
    "1.2.3": "1.2.3",
    "0o9": "0o9",
    "'5'": "5",
    "nope": "nope",
    "<<": "<<",
    "=": "=",
}


@pytest.mark.parametrize("text", SCALARS)
def test_reads_scalars_as_yaml_1_2_does(text: str) -> None:
    """`language: no` is Norwegian, and a version, a time or a date is a text."""
    node = compose(f"key: {text}")
    assert isinstance(node, yaml.MappingNode)
    value = node.value[0][1]
    read = value.value if value.tag.endswith(":str") else construct(value.tag, value.value)
    assert (read, type(read)) == (SCALARS[text], type(SCALARS[text]))


def test_reads_what_is_not_a_number() -> None:
    """Every spelling of NaN is read as one."""
    for text in (".nan", ".NaN", ".NAN"):
        node = compose(text)
        assert isinstance(node, yaml.ScalarNode)
        assert math.isnan(construct(node.tag, node.value) or 0.0)
