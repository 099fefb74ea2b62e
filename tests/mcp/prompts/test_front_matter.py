"""A prompt's file that breaks the format is refused, with its name and what is wrong."""

from __future__ import annotations

import pytest

from cronlytic_mcp.entrypoints.mcp.prompts.front_matter import MalformedPrompt, parse_prompt

GOOD = """+++
title = "A title"
description = "What it is for."

[arguments.level]
description = "How deep."
default = "shallow"

[arguments.level.values]
shallow = "Look once."
deep = "Look twice."

[arguments.word]
description = "A word."
kind = "text"
given = "It is in the data."
absent = "Ask for it."
+++
Do it. {level} {word}
"""


def test_a_file_says_what_a_prompt_takes_and_what_it_says():
    prompt = parse_prompt("good", GOOD)

    assert (prompt.title, prompt.body) == ("A title", "Do it. {level} {word}")
    assert prompt.parameters["level"].values == ("shallow", "deep")
    assert prompt.parameters["level"].default == "shallow"
    assert prompt.parameters["word"].absent == "Ask for it."


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("+++\ntitle", "title", "two lines of"),
        ("+++\nDo it. {level} {word}\n", "+++\n\n", "two lines of"),
        ('title = "A title"\n', "title = A title\n", "good: "),
        ('title = "A title"\n', "", "lacks title"),
        ('title = "A title"\n', 'title = "A title"\nauthor = "me"\n', "has no author"),
        ('default = "shallow"\n', 'default = "middle"\n', "one of its values"),
        ('default = "shallow"\n', "", "one of its values"),
        ('default = "shallow"\n', 'default_from = "the moon"\n', "one of its values"),
        ('default = "shallow"\n', 'default = "shallow"\nkind = "text"\n', "has no kind"),
        ('shallow = "Look once."', 'shallow = "Look {once}."', "without braces"),
        ('shallow = "Look once."', 'shallow = " "', "without braces"),
        ('kind = "text"\n', 'kind = "poem"\n', "no kind"),
        ('kind = "text"\n', 'kind = "choice"\n', "no kind"),
        ('kind = "text"\n', "", "lacks kind"),
        ('absent = "Ask for it."\n', 'absent = "Ask {them}."\n', "without braces"),
        ("{word}\n", "\n", "one place for each"),
        ("{word}\n", "{word} {word}\n", "one place for each"),
        ("{word}\n", "{word} {stranger}\n", "one place for each"),
        ("{word}\n", "{word} {}\n", "only mark a place"),
    ],
)
def test_a_malformed_file_is_refused_with_what_is_wrong(old, new, complaint):
    text = GOOD.replace(old, new, 1)
    assert text != GOOD

    with pytest.raises(MalformedPrompt, match=r"^good") as refusal:
        parse_prompt("good", text)

    assert complaint in str(refusal.value)
