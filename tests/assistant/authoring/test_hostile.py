"""What no author may save, whoever they are: each is refused with its line, and nothing is kept of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.assistant.authoring.editing import PROMPTS, details, save
from tests.assistant.harness import own_loop, service

HEAD = "---\ntitle: A\nbrief: b\nvariables:\n  items: {type: list, default: [a]}\n---\n"
LINE = 9
HOSTILE = {
    "loops for ever": "{% for x in range(999999999999) %}x{% endfor %}",
    "loops in a loop": "{% for x in items %}{% for y in items %}x{% endfor %}{% endfor %}",
    "calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "prints a gigabyte": "{{ 'x' * 1000000000 }}",
    "prints a gigabyte by a filter": "{{ 'x' | center(1000000000) }}",
    "prints a gigabyte by a format": "{{ '%1000000000d' | format(1) }}",
    "counts for ever": "{{ 9 ** 9 ** 9 ** 9 }}",
    "reads a file": "{% include '/etc/passwd' %}",
    "reads a file above": "{% include '../../../etc/passwd' %}",
    "reads a file by its class": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "reaches a class by a filter": "{{ '' | attr('__class__') }}",
    "reaches a class by brackets": "{{ ''['__class__'] }}",
    "imports": "{% import 'os' as os %}",
    "imports from": "{% from 'os' import system %}",
    "calls a function": "{{ lipsum(9999999) }}",
    "reads the configuration": "{{ self._TemplateReference__context }}",
    "reads the draft": "{{ content }}",
    "reads the conversation": "{{ conversation }}",
    "includes whatever it is told": "{% include content %}",
}


@pytest.fixture
async def client(state: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A service."""
    async with service(state) as client:
        yield client


@pytest.mark.parametrize("what", HOSTILE)
@own_loop
async def test_hostile_template_is_refused_with_its_line(shared_client: httpx.AsyncClient, what: str) -> None:
    """Before anything of it runs."""
    blocks = f"{{% block system %}}\nRead {{{{ items | join(', ') }}}}\n{HOSTILE[what]}\n{{% endblock %}}\n"
    source = f"{HEAD}{blocks}{{% block user %}}{{{{ content }}}}{{% endblock %}}\n"
    problems = details(await save(shared_client, "hostile", source), 400, "broken_prompt")
    assert LINE in {each["line"] for each in problems}, problems
    assert (await shared_client.get(f"{PROMPTS}/hostile")).status_code == 404


async def test_parts_that_include_each_other(client: httpx.AsyncClient) -> None:
    """A cycle is found when the part is saved that would close it."""
    assert (await save(client, "_one", "one")).status_code == 200
    await client.post(f"{PROMPTS}/_one/publish")
    assert (await save(client, "_two", "{% include '_one.j2' %}")).status_code == 200
    await client.post(f"{PROMPTS}/_two/publish")
    user = "{% block system %}{% include '_two.j2' %}{% endblock %}{% block user %}{{ content }}{% endblock %}"
    assert (await save(client, "mine", f"---\ntitle: A\nbrief: b\n---\n{user}")).status_code == 200
    await client.post(f"{PROMPTS}/mine/publish")
    [problem, *_] = details(await save(client, "_one", "{% include '_two.j2' %}", based_on='"2"'), 400, "broken_prompt")
    assert problem["line"]
