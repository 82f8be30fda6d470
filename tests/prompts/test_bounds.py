"""Templates put together at random: what the checks let through never fails and never grows beyond the bound."""

from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.errors import BrokenTemplateError
from prompts.expansion import MAX_CHARACTERS, MAX_DRAFTS
from prompts.template import Prompt
from tests.prompts.building import compile_body

DRAFT = "A draft of an agent. " * 500
LONGEST = {"tone": "w" * 200, "count": 10**12, "formal": True, "size": "large", "topics": ["t" * 200] * 20}
SMALLEST = {"tone": "", "count": -(10**12), "formal": False, "size": "small", "topics": []}
NAMES = st.sampled_from(
    ["tone", "count", "formal", "size", "topics", "content", "format", "x", "loop.index", "''", "2"]
)
FILTERS = ["upper", "trim", "title", "length", "wordcount", "truncate(10)", "join(', ')", "capitalize"]


def _combine(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operator = st.sampled_from(["~", "and", "or", "==", "<", "in"])
    return st.one_of(
        st.builds("({} | {})".format, inner, st.sampled_from(FILTERS)),
        st.builds("({} {} {})".format, inner, operator, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("(not {})".format, inner),
    )


EXPRESSIONS = st.recursive(NAMES, _combine, max_leaves=5)


def _nest(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, EXPRESSIONS, inner, inner),
        st.builds("{{% for x in topics %}}{}{{% endfor %}}".format, inner),
    )


STATEMENTS = st.recursive(
    st.one_of(
        st.just("text"),
        st.builds("{{{{ {} }}}}".format, EXPRESSIONS),
        st.builds("{{% set x = {} %}}".format, EXPRESSIONS),
        st.just('{% include "_part.j2" %}'),
    ),
    _nest,
    max_leaves=6,
)


def _compile(system: str, user: str) -> Prompt | None:
    body = f"{{% block system %}}{system}{{% endblock %}}{{% block user %}}{user}{{% endblock %}}"
    try:
        return compile_body(body, {"_part.j2": "Part {{ tone }}."})
    except BrokenTemplateError:
        return None


@given(body=STATEMENTS)
@settings(max_examples=400, deadline=None)
def test_what_is_let_through_renders_within_the_bound(body: str) -> None:
    """A prompt that loads renders for the longest and the shortest values, and its length is bounded by its input."""
    for prompt in (_compile(body, "{{ content }}"), _compile("x", body)):
        for given_values in (LONGEST, SMALLEST) if prompt else ():
            assert prompt
            turns = prompt.render(DRAFT, prompt.resolve(given_values), html=False)
            assert all(len(turn.content) <= MAX_CHARACTERS + MAX_DRAFTS * len(DRAFT) for turn in turns)
            assert DRAFT.strip() not in turns[0].content


@given(text=st.text(alphabet=st.sampled_from("{}%#-'\"|~()[].,: \nabtone012"), max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_prompt_or_a_problem(text: str) -> None:
    """Whatever an author types into a block loads or is refused with a reason; nothing else happens."""
    prompt = _compile(text, "{{ content }}")
    if prompt:
        assert prompt.render("draft", prompt.resolve({}), html=True)[-1].content == "draft"
