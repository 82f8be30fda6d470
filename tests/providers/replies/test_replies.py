"""The reply, out of whatever a model's own format leaves around it."""
# ruff: noqa: RUF001 - bars of other scripts

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.replies.reader import ReplyReader
from tests.growth import grows_no_faster, repeated

pytestmark = pytest.mark.usefixtures("no_collection")

DRAFT = "ok. your parcel left our warehouse today. be patient."
REPLY = "Thank you for your patience. Your parcel left our warehouse today."
THOUGHTS = "Okay, the agent sounds annoyed.\n\nI should be kinder than she is."
AROUND = [
    "<think>\n{t}\n</think>\n\n{r}",
    "<think>\n\n</think>\n\n{r}",
    "<THINK>{t}</THINK>{r}",
    '<think time="3s" depth=2>{t}</think>{r}',
    "<thinking>{t}</thinking>\n{r}",
    "<reasoning>{t}</reasoning>\n{r}",
    "<thought>{t}</thought>{r}",
    "<reflection>{t}</reflection>{r}",
    "<analysis>{t}</analysis>{r}",
    "<scratchpad>{t}</scratchpad>\n{r}",
    "<seed:think>{t}<seed:cot_budget_reflect>little left</seed:cot_budget_reflect></seed:think>{r}",
    "<thinking>{t}<reflection>good</reflection></thinking>\n<output>\n{r}</output>",
    "<think>the draft says <think> somewhere</think>\n\n{r}",
    "<think>{t}</think></think>{r}",
    "<think/>\n{r}",
    "<chain-of-thought>{t}</chain-of-thought>{r}",
    "<self_reflection>{t}</self_reflection>{r}",
    "<|think|>{t}<|/think|>{r}",
    "<unused94>thought\n{t}<unused95>{r}",
    '<details type="reasoning" done="true">{t}</details>\n{r}',
    "Thinking...\n{t}\n...done thinking.\n\n{r}",
    "<rewritten_email>{r}</rewritten_email>",
    "<think />{r}",
    "<think>{t}</think><think>more</think>{r}",
    "[THINK]{t}[/THINK]{r}",
    "◁think▷{t}◁/think▷{r}",
    "&lt;think&gt;{t}&lt;/think&gt;\n{r}",
    "<|begin_of_thought|>{t}<|end_of_thought|>\n\n<|begin_of_solution|>{r}<|end_of_solution|>",
    "<|START_THINKING|>{t}<|END_THINKING|><|START_RESPONSE|>{r}<|END_RESPONSE|>",
    "<|channel|>analysis<|message|>{t}<|end|><|start|>assistant<|channel|>final<|message|>{r}<|return|>",
    "{t}<|end|><|start|>assistant<|channel|>final<|message|>{r}",
    "<|channel|>commentary<|message|>{t}<|end|><|start|>assistant<|channel|>final <|constrain|>text<|message|>{r}",
    "analysis{t}assistantfinal{r}",
    "<|channel>thought\n{t}<channel|>{r}<turn|>",
    "Here is my thought process: {t}\n\nHere is my response: {r}",
    "{t}\n</think>\n\n{r}",
    "{t}</reasoning>{r}",
    "{t}[/THINK]{r}",
    "<think>{t}</think><answer>{r}</answer>",
    "<think>{t}\n<answer>{r}</answer>",
    "<answer>\n{r}</answer>",
    "<final_answer>{r}</final_answer>\nI kept every fact.",
    "Sure!\n<response>{r}</response>",
    "<text>{r}</text>",
    "<|im_start|>assistant\n{r}<|im_end|>",
    "{r}<|im_end|>\n<|im_start|>user\nThank you!<|im_end|>",
    "<|start_header_id|>assistant<|end_header_id|>\n\n{r}<|eot_id|>",
    "{r}<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nAnd?",
    "{r}</s>",
    "{r}<|endoftext|>More of it.",
    "<start_of_turn>model\n{r}<end_of_turn>",
    "{r}<end_of_turn>\n<start_of_turn>user\nAnd?",
    "<｜Assistant｜>{r}<｜end▁of▁sentence｜>",
    "[|assistant|]<thought>{t}</thought>{r}[|endofturn|]",
    "{r}[/INST]",
    "{r}<|im_en",
    "{r}<think>one more thing",
    "{r}\n\n<think>\none more thing",
    "{r}\n<think>one more thing</think>",
    "{r} <think>",
    "Here is the reply:\n\n<rewritten_email>\n{r}\n</rewritten_email>\n\nI kept every fact.",
    "<p>Sure!</p>\n<answer>{r}</answer>",
    "<|im_start|>think\n{t}<|im_start|>answer\n{r}",
    "<|im_start|>think\n{t}<|im_end|>\n<|im_start|>answer\n{r}<|im_end|>",
    "<|im_start|>reasoning\n{t}<|im_end|>\n<|im_start|>response\n{r}<|im_end|>",
    "<|im_start|>reflection\n{t}<|im_end|>\n<|im_start|>assistant\n{r}<|im_end|>",
    "<|reflection_start|>{t}<|reflection_end|>{r}",
    "<|think_start|>{t}<|think_end|>\n{r}",
    "<|reasoning_begin|>{t}<|reasoning_stop|>{r}",
    "<think_start>{t}<think_end>{r}",
    "<begin_thought>{t}<end_thought>{r}",
    "<|role_start|>assistant<|role_end|>{r}",
    "analysis\n{t}\nassistantfinal\n{r}",
    "analysis用户希望更友好。assistantfinal{r}",
    "analysisuser wants it kinder.assistantfinal{r}",
    "analysisÄnderung des Textes.assistantcommentarymehr.assistantfinal{r}",
    "analysis(We rewrite it.)assistantfinal{r}",
    "assistantanalysis{t}assistantfinal{r}",
    "assistantfinal{r}",
    "Here's my thought process: {t}\n\nHere's the response: {r}",
    "< think>{t}</ think>{r}",
    "<think >{t}</ think >{r}",
    "<think>{t}<\\/think>{r}",
    "＜think＞{t}＜/think＞{r}",
    "[THINKING]{t}[/THINKING]{r}",
    "[REASONING]{t}[/REASONING]\n{r}",
    "```thinking\n{t}\n```\n{r}",
    "<plan>{t}</plan>\n{r}",
    "<critique>{t}</critique>{r}",
    "<commentary>{t}</commentary>\n\n{r}",
    "<explanation>{t}</explanation>{r}",
    "### Response:\n{r}",
    "assistant: {r}",
    "assistant\n{r}",
    "<s> {r} </s>",
    "<s>{r}",
]
NO_REPLY = [
    "<think>Okay, the agent",
    "[THINK]Okay",
    "◁think▷Okay",
    "<|channel|>analysis<|message|>Okay<|end|>",
    "analysisThe agent wants this to be kinder.",
    "<think>Okay</think>\n\n",
    "<think>Okay</think><answer></answer>",
    "<|im_start|>assistant\n<|im_end|>",
]
ITS_OWN = [
    ("use <think> and </think> around it", "Put <think> before and </think> after it."),
    ("<think> opens it, </think> ends it", "<think> opens the block, and </think> ends it."),
    ("our bot writes [THINK] at times", "At times, our bot writes [THINK] into the chat, sorry."),
    ("&lt;think&gt; is shown", "<p>You will see &lt;think&gt; in your logs.</p>"),
    ("<|im_end|> ends a turn", "A turn ends with <|im_end|>, not with a blank line."),
    ("the <answer> tag holds it", "It stands in the <answer> tag. Then comes </answer>."),
    ("x", "Use the keys <Enter> and <Esc>, a < b, [x] &amp; {y}."),
    ("x", "The price was <s>20 €</s> 10 €, <s>not more</s>."),
    ("x", "Open it: <details>the rest</details>."),
    ("x", "Please write to <email>, and name your <text>."),
    ("x", "Okay, thanks for waiting! Your parcel left today."),
    ("x", "Let me check that for you. I'll be back in an hour."),
    ("x", "Analysis of your meter: all is well."),
    ("x", "Here is my proposal: we send a new one."),
    ("x", "We need your address to send the parcel."),
    ("x", "The user guide is attached."),
    ("x", "I think, therefore I am. </p>"),
]
SPOKEN_OF = [
    ("must begin with the Response tag", "Hi! Your TwiML must begin with the <Response> tag. Then save it, please."),
    ("the result variable", "Hi Tom,\n\nplease put it into the <result> variable and save."),
    ("the xml needs output", "Hello, the XML needs an <output> element. Then it works."),
    ("the response element", "Our API returns the <soap:response> element. Please check it."),
    ("the answer tag", "Please use the <answer> tag, then close it with </answer>. Best, Ana"),
    ("the answer tag", "Please use this:\n<answer> opens it. Best, Ana"),
    ("x", "The <order-result> block is missing in your feed."),
    ("x", "Dear <customer-response-team>, hello. Bye"),
    ("x", "Send us the <polished> and <final-invoice> files. Thanks"),
    ("the final price", "The <final-price> of <product> is settled. Thanks"),
    ("x", "Hello Ana!\n<result>\n5\n</result>\nis what you should see."),
    ("x", "Please save this:\n\n1. Open it.\n<result>5</result>\n2. Close it."),
    ("x", "In the file:\n<answer>\n5\n</answer>\nSave it."),
    ("x", "Please paste this:\n\n<response>\n  <ok/>\n</response>"),
    ("x", "<explanation>Late</explanation> is shown in your XML."),
    ("x", "<ul><li>&lt;think&gt; opens</li><li>&lt;/think&gt; closes</li></ul>"),
    ("response comes first", "<Response> comes first, then the rest."),
    ("the result", "Sure!\n<result>\nis the tag that you need to set in line 3."),
    ("(reason)", "I have closed it because <reason>. Thank you for your patience."),
    ("x", "Please set <reason>out of stock</reason> in your XML and retry."),
    ("x", "In line 3:\n<analysis>5</analysis>\nis missing."),
    ("x", "<return-reason> is empty in your form, please fill it in."),
    ("x", "<reason> is empty in your form, please fill it in."),
    ("prints <think> blocks", "The model prints <thinking> blocks and never closes them. We fix that soon."),
    ("think tags", "Put `<think>` and `</think>` around it. Thanks."),
    ("think tags", "Put it before </think> and save it."),
    ("think tags", "These are the tags:\n<think> begins the block. We have fixed it."),
    ("the im_end token", "Your log shows the <|im_end|> token at the end. Please ignore it."),
    ("the token", "Your log shows `<|im_start|>`, which is fine. Please ignore it."),
    ("the token", "The text ends with </s> in your log. Please ignore it."),
    ("the token", "We saw [INST] in your log, sorry."),
    ("<think> is shown", "<think> blocks are shown in our chat; we will fix it."),
    ("&lt;think&gt; is shown", "&lt;think&gt; blocks are shown in our chat; we will fix it."),
    ("the </think> tag is shown", "We are sorry that the </think> tag is shown."),
    ("</think> is shown", "</think> should not be shown, sorry."),
    ("thinking... we have looked", "Thinking... we have looked at it, and all is well."),
    ("x", "Thinking… of you. Thank you for your call."),
    ("x", "Here's my thought process: we refund first, then resend."),
    ("analysis of the meter", "analysisThe meter is fine."),
    ("x", "analysis of your meter: all is well."),
    ("x", "<plan>Basic</plan>"),
    ("assistant: maria", "assistant: Maria will call you."),
    ("x", "<s>20 €</s> 10 € is the new price."),
    ("x", "Please write <answer>5</answer> into the form, and send it."),
]
MODELS_OWN = [
    (
        "the <think> block is shown, we fix it",
        "Kinder it is.\n</think>\n\nWe fix the <think> block.",
        "We fix the <think> block.",
    ),
    ("&lt;think&gt; is shown", "Kinder.\n</think>\n\n<p>It is &lt;think&gt;.</p>", "<p>It is &lt;think&gt;.</p>"),
    ("the </think> tag is shown", "Kinder.\n</think>\n\nSorry for the </think> tag.", "Sorry for the </think> tag."),
    ("the </think> tag is shown", "Kinder.</think>Sorry for it.", "Sorry for it."),
    ("the </think> tag", "<think>He says </think> is shown, so</think>Sorry for it.", "Sorry for it."),
    ("<think> is shown", "<think>Kinder.</think>Sorry that <think> is shown.", "Sorry that <think> is shown."),
    ("<think> is shown", "<THINK>Kinder.</THINK>\nSorry for it.", "Sorry for it."),
    ("Rewrite:\n\n<think> is shown", "<think>Kinder.</think>Sorry for it.", "Sorry for it."),
    ("the <answer> tag holds it", "<answer>The tag holds it.</answer>", "The tag holds it."),
    (
        "the <|channel|> token",
        "<|channel|>analysis<|message|>T<|end|><|start|>assistant<|channel|>final<|message|>R",
        "R",
    ),
    ("x", "<think>We could set <result> to 5.\n<answer>Set it to 5.</answer>", "Set it to 5."),
]


def read(answer: str, said: str = DRAFT, *, size: int = 0, aloud: bool = False) -> tuple[str, str]:
    """Return the reply, and what is shown of it together, when the answer comes in pieces of a size."""
    reader = ReplyReader([said], aloud=aloud)
    step = size or len(answer) or 1
    shown = [reader.feed(answer[at : at + step]) for at in range(0, len(answer), step)]
    shown.append(reader.finish())
    return reader.text, "".join(shown)


@pytest.mark.parametrize("form", AROUND)
@pytest.mark.parametrize("size", [0, 1, 5])
def test_only_the_reply_is_read(form: str, size: int) -> None:
    """Whatever stands around it, whole and cut at any character; and nothing else is shown on the way."""
    reply, shown = read(form.format(t=THOUGHTS, r=REPLY), size=size)
    assert reply.strip() == REPLY
    assert shown == reply or form.startswith(("Sure!", "Here is the reply:", "<p>Sure!"))


@pytest.mark.parametrize("answer", NO_REPLY)
@pytest.mark.parametrize("size", [0, 1])
def test_thoughts_alone_are_no_reply(answer: str, size: int) -> None:
    """Thoughts that never end are followed by none."""
    assert read(answer, size=size) == ("", "")


@pytest.mark.parametrize(("draft", "answer"), ITS_OWN)
@pytest.mark.parametrize("size", [0, 1])
def test_a_text_that_speaks_of_marks_keeps_them(draft: str, answer: str, size: int) -> None:
    """So do words in angle brackets, and replies that begin as thoughts do."""
    assert read(answer, draft, size=size) == (answer, answer)


@pytest.mark.parametrize(("draft", "answer"), SPOKEN_OF)
@pytest.mark.parametrize("size", [0, 1, 4])
def test_a_reply_may_speak_of_marks_that_its_draft_has_not(draft: str, answer: str, size: int) -> None:
    """Between words, or never closed, they are words: nothing before them and nothing after them is lost."""
    assert read(answer, draft, size=size) == (answer, answer)


@pytest.mark.parametrize(("draft", "answer", "reply"), MODELS_OWN)
@pytest.mark.parametrize("size", [0, 1, 4])
def test_a_draft_that_speaks_of_marks_lets_no_thoughts_through(draft: str, answer: str, reply: str, size: int) -> None:
    """The model's own stand where a draft has none."""
    text, shown = read(answer, draft, size=size)
    assert text == reply
    assert shown.endswith(reply)


def test_an_example_before_the_draft_changes_nothing() -> None:
    """Each text of the request may begin with a mark, not the first alone."""
    reader = ReplyReader(["hi, an example", "<think> is shown", "Again, please."])
    reader.feed("<think> is shown in our chat; we fix it.")
    reader.finish()
    assert reader.text == "<think> is shown in our chat; we fix it."


def test_thoughts_go_although_the_draft_speaks_of_them() -> None:
    """At the very beginning they are the model's own."""
    draft = "put <think> around it"
    assert read("<think>He means the tag.</think>\nPut <think> around it.", draft)[0] == "Put <think> around it."


@pytest.mark.parametrize(
    "begin", ["Thank you for", "Hi Ana,", "Your parcel", "Dear Ana, <b>", "<p>Good", "Please open"]
)
def test_an_ordinary_beginning_is_shown_at_once(begin: str) -> None:
    """Nothing waits for the end of thoughts that never began."""
    assert ReplyReader([DRAFT]).feed(begin) == begin


def test_a_beginning_like_thoughts_waits_until_it_is_none() -> None:
    """A first line that does not speak of the task is shown with its end."""
    reader = ReplyReader([DRAFT])
    assert reader.feed("Okay, ") == ""
    assert reader.feed("good news: it left today.\n\n") == "Okay, good news: it left today.\n\n"
    assert ReplyReader(["okay, we check"]).feed("Okay, we check") == "Okay, we check"


def test_a_tail_that_nothing_told_of_takes_all_back() -> None:
    """What was shown before it is no part of the reply; of a model that is known for it, nothing is shown before."""
    answer = f"Kinder words it is.\n</think>\n\n{REPLY}"
    reply, shown = read(answer, size=4)
    assert reply == REPLY
    assert shown.startswith("Kinder")
    assert read(answer, size=4, aloud=True) == (REPLY, REPLY)


MARKS = [
    "<think>", "</think>", "<think a=", "[THINK]", "[/THINK]", "<answer>", "</answer>", "<text>", "</text>", "<|end|>",
    "<|channel|>", "final", "analysis", "<|message|>", "<|start|>", "<|im_start|>", "\n", "</s>", "<s>", "&lt;think>",
    "<p>", "<", "&", "Okay, the agent ", "assistantfinal", "word ", ">", "|", "◁think▷", "here is my thought process ",
    "<plan>", "</plan>", "<reason>", "</reason>", " ", "Sure!\n", "<|im_start|>think\n", "<think_end>", "assistant: ",
    "```thinking\n", "<|im_end|>", ". ", "`", "\\", "＜think＞", "[INST]", "<|channel>", "Thinking...",
    "### Response:\n",
]  # fmt: skip


SAID = ["", "<think>", "</think> is <answer>", "the <think> and </think> and <s>", "analysis, thinking... <|im_end|>"]


@settings(max_examples=400 * int(os.environ.get("EXAMPLES_FACTOR", "1")), deadline=None)
@given(st.lists(st.sampled_from(MARKS), max_size=14).map("".join), st.integers(1, 9), st.sampled_from(SAID))
def test_pieces_say_what_the_whole_says(answer: str, size: int, said: str) -> None:
    """However an answer is cut, the reply is the same, and it is the end of what was shown."""
    reply, shown = read(answer, said, size=size)
    assert reply == read(answer, said)[0]
    assert shown.endswith(reply)


@pytest.mark.parametrize("piece", [*MARKS, "<|a", "[", "◁", " ", "a<think></think>", "<think " + "x" * 190])
def test_no_answer_takes_long(piece: str) -> None:
    """Twice as much of anything, in pieces, takes about twice as long."""

    def follow(size: int) -> None:
        answer = repeated(piece, size)
        read(answer, answer[: size // 3], size=512)

    grows_no_faster(follow, 25_000)
