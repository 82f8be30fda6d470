"""What an answer may lose or make up, and how the agent is told of it."""

from messages.sentences import Forms

LOST = {
    "link": Forms("The link {values} is missing.", "The links {values} are missing."),
    "clickable link": Forms("The clickable link {values} is missing.", "The clickable links {values} are missing."),
    "placeholder": Forms("The placeholder {values} is missing.", "The placeholders {values} are missing."),
    "name": Forms("The name {values} is missing.", "The names {values} are missing."),
    "number": Forms("The number {values} is missing.", "The numbers {values} are missing."),
    "amount": Forms("The amount {values} is missing.", "The amounts {values} are missing."),
    "quotation": Forms("The quotation {values} is missing.", "The quotations {values} are missing."),
}
"""The sentence for each thing that the draft has and the answer lacks."""

INVENTED = {
    "link": Forms("The link {values} is not in the draft.", "The links {values} are not in the draft."),
    "placeholder": Forms(
        "The placeholder {values} is not in the draft.", "The placeholders {values} are not in the draft."
    ),
    "name": Forms("The name {values} is not in the draft.", "The names {values} are not in the draft."),
    "number": Forms("The number {values} is not in the draft.", "The numbers {values} are not in the draft."),
    "amount": Forms("The amount {values} is not in the draft.", "The amounts {values} are not in the draft."),
    "tag": Forms("The tag {values} is not in the draft.", "The tags {values} are not in the draft."),
}
"""The sentence for each thing that the answer has and the draft lacks."""

UNKNOWN = {
    "link": Forms("The link {values} is not in the conversation.", "The links {values} are not in the conversation."),
    "placeholder": Forms(
        "The placeholder {values} is not in the conversation.", "The placeholders {values} are not in the conversation."
    ),
    "name": Forms("The name {values} is not in the conversation.", "The names {values} are not in the conversation."),
    "number": Forms(
        "The number {values} is not in the conversation.", "The numbers {values} are not in the conversation."
    ),
    "amount": Forms(
        "The amount {values} is not in the conversation.", "The amounts {values} are not in the conversation."
    ),
    "tag": Forms("The tag {values} is not in the conversation.", "The tags {values} are not in the conversation."),
}
"""The same where an answer is written from a conversation."""
