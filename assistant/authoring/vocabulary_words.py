"""What the words of prompt files mean, a sentence for each; which words there are is the code's own to say."""

from collections.abc import Mapping

from messages.sentences import Sentence

Words = Mapping[str, Sentence]

NAMES: Words = {
    "content": Sentence("The agent's draft."),
    "format": Sentence("What the draft is: html or text."),
    "contact_name": Sentence("The customer's name; empty where it is not known."),
    "contact_language": Sentence("The customer's language; empty where it is not known."),
    "conversation.messages": Sentence("What was said, the oldest first; loop over it."),
    "conversation.subject": Sentence("The subject of the conversation."),
    "conversation.status": Sentence("Its status, such as Open."),
    "conversation.channel": Sentence("Where it came in, such as email."),
    "conversation.tags": Sentence("Its tags; join them or loop over them."),
    "conversation.episodes": Sentence("A line for each time that it was resolved before."),
    "conversation.earlier": Sentence("A summary of older messages."),
    "conversation.left_out": Sentence("How many older messages are left out."),
    "contact.name": Sentence("The customer's name."),
    "contact.language": Sentence("The customer's language."),
    "agent.name": Sentence("The agent's name."),
    "team.name": Sentence("The name of the agent's team."),
    "message.role": Sentence("Who wrote it: customer, agent or note."),
    "message.author": Sentence("Their name."),
    "message.time": Sentence("When it was written."),
    "message.text": Sentence("What was written, without quoted history and signature."),
    "message.attachments": Sentence("Names of files that came with it; join them or loop over them."),
    "loop.index": Sentence("The number of this round, from 1."),
    "loop.first": Sentence("Whether this is the first round."),
    "loop.last": Sentence("Whether this is the last round."),
}

FILTERS: Words = {
    "capitalize": Sentence("The first letter in capitals, the rest small."),
    "join": Sentence("The items of a list as one text, with something between them."),
    "length": Sentence("How many characters a text has, or items a list."),
    "lower": Sentence("All letters small."),
    "title": Sentence("The first letter of each word in capitals."),
    "trim": Sentence("Without white space at both ends."),
    "truncate": Sentence("Cut to so many characters, from 10 to 20000."),
    "upper": Sentence("All letters in capitals."),
    "wordcount": Sentence("How many words a text has."),
}

TAGS: Words = {
    "extends": Sentence("Start from a shared part, and fill its blocks."),
    "include": Sentence("Insert a shared part that has no blocks."),
    "block": Sentence("A named piece of text; system and user become the two messages."),
    "if": Sentence("Text that is there only under a condition."),
    "elif": Sentence("Another condition, for when the one above does not hold."),
    "else": Sentence("What is there when no condition holds."),
    "for": Sentence("Text once for each item of a list."),
    "set": Sentence("A name for a value, directly in a block."),
}

FUNCTIONS: Words = {"super": Sentence("The text of the block that this one replaces.")}

FIELDS: Words = {
    "title": Sentence("What agents see in their list; one line."),
    "brief": Sentence('One line for a very small model; it completes "Rewrite the input text to …".'),
    "description": Sentence("What the prompt is good for."),
    "aliases": Sentence("Other keys that lead to this prompt."),
    "variables": Sentence("Values that a request may set."),
    "variables.type": Sentence("What kind of value it takes."),
    "variables.description": Sentence("A hint for the person who fills it in."),
    "variables.default": Sentence("The value when a request sets none; without one a request must set it."),
    "variables.default_setting": Sentence("Take the default from a setting of the service."),
    "variables.choices": Sentence("What a choice may be."),
    "variables.max_length": Sentence("The most characters of a text, or of each item of a list."),
    "variables.multiline": Sentence("Whether a text may have several lines."),
    "model": Sentence("How the model is asked."),
    "model.temperature": Sentence("From 0 (always the same) to 2 (wild)."),
    "model.max_output_tokens": Sentence("Room for the answer; a long draft gets more."),
    "deadline": Sentence("How long the answer may take: short while an agent waits for a rewrite, else long."),
    "guards": Sentence("What is checked in the answer before the agent sees it."),
    "on_breach": Sentence("What an agent gets who sees no warnings when a link or figure is still lost."),
    "context": Sentence("What the prompt works on: the draft, or the conversation too."),
    "notes": Sentence("Whether private notes of the conversation are read."),
    "all_episodes": Sentence("Whether what was said before it was last resolved is read, too."),
    "output": Sentence("That the answer is JSON, and what it must hold."),
    "output.format": Sentence("The format of the answer."),
    "output.schema": Sentence("What the answer must hold, as a JSON schema."),
    "cache": Sentence("How long an answer may be served again."),
    "cache.ttl": Sentence("For so long: 45s, 30m, 12h or 1d."),
    "cache.stale": Sentence("For so much longer, while a new answer is made."),
    "scope": Sentence("Who the prompt is for; what is left out does not limit it."),
    "scope.teams": Sentence("Ids of the teams whose agents may use it."),
    "scope.inboxes": Sentence("Ids of the inboxes that it is for."),
    "scope.languages": Sentence("Languages that it is for; they only sort the list."),
    "examples": Sentence("Drafts with the replies wanted for them, shown to the model."),
    "examples.content": Sentence("A draft."),
    "examples.reply": Sentence("The reply wanted for it."),
    "examples.variables": Sentence("Show the example only when the variables have these values."),
    "tests": Sentence("Drafts, and what must be true of the answers; they run before publishing."),
    "tests.content": Sentence("A draft."),
    "tests.conversation": Sentence("What was said, for a prompt that reads the conversation."),
    "tests.conversation.role": Sentence("Who wrote it: customer, agent or note."),
    "tests.conversation.text": Sentence("What was written."),
    "tests.conversation.author": Sentence("Their name."),
    "tests.variables": Sentence("The values that the variables have."),
    "tests.assert": Sentence("What must be true of the answer."),
    "tests.assert.type": Sentence("What is looked at."),
    "tests.assert.value": Sentence("What it is compared with."),
    "tests.assert.threshold": Sentence("For similar: how alike it must be, from 0 to 1."),
}

TYPES: Words = {
    "string": Sentence("Text."),
    "integer": Sentence("A whole number."),
    "number": Sentence("A number."),
    "boolean": Sentence("Yes or no."),
    "choice": Sentence("One of a few words."),
    "list": Sentence("Several texts, at most 20."),
}

GUARDS: Words = {
    "links": Sentence("Links and e-mail addresses stay, and none is made up."),
    "numbers": Sentence("Numbers, amounts, dates and codes stay, and none is made up."),
    "names": Sentence("Names in greeting and signature, products and placeholders stay, and none is made up."),
    "quotes": Sentence("Text in quotation marks stays word for word."),
    "signature": Sentence("The closing stays, and none is made up."),
    "language": Sentence("The answer is in the language of the draft, or of the variable language."),
    "length": Sentence("The answer is neither empty nor out of proportion to the draft."),
    "html": Sentence("Formatting stays, and tags are whole and harmless."),
    "commitments": Sentence("Nothing is promised that no agent has offered."),
    "no_preamble": Sentence("The model adds no words of its own around the answer."),
}

ASSERTIONS: Words = {
    "contains": Sentence("The text stands in the answer."),
    "not-contains": Sentence("The text does not stand in the answer."),
    "contains-any": Sentence("One of these words or phrases stands in the answer."),
    "not-contains-any": Sentence("None of these words or phrases stands in the answer."),
    "equals": Sentence("The answer is this text, letter for letter."),
    "max-words": Sentence("The answer has at most so many words."),
    "min-words": Sentence("The answer has at least so many words."),
    "keeps-links": Sentence("Every link of the draft is in the answer."),
    "keeps-numbers": Sentence("Every number of the draft is in the answer."),
    "html": Sentence("The answer has tags if and only if the draft has some."),
    "is-html": Sentence("The answer has tags."),
    "is-json": Sentence("The answer is JSON, and nothing else."),
    "max-length": Sentence("The answer has at most so many characters."),
    "regex": Sentence("This regular expression matches somewhere in the answer."),
    "similar": Sentence("The answer is like this text, letter by letter."),
    "language": Sentence("The answer is in this language."),
    "judged": Sentence("A model, asked whether the answer keeps this rule, says yes."),
}
