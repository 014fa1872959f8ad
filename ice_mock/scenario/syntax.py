"""What the YAML parser complains about, in plain words."""

from yaml import YAMLError
from yaml.error import Mark, MarkedYAMLError

from ice_mock.scenario.problems import Problem

_UNSTARTABLE = "cannot start any token"
_WORDS = {
    "mapping values are not allowed": "found a ':' where no key can stand, expected a key indented like its "
    "neighbours; a text that holds ': ' has to stand in quotes",
    "did not find expected ',' or ']'": "found the list that is opened{there} without an end, "
    "expected , or ]",
    "did not find expected ',' or '}'": "found the mapping that is opened{there} without an end, "
    "expected , or }}",
    "found unexpected end of stream": "found the text in quotes that is opened{there} without an end, "
    "expected a closing quote",
    "did not find expected key": "found something that is no key of the mapping that begins{there}, "
    "expected a key with the same indentation",
    "did not find expected '-'": "found something that is no entry of the list that begins{there}, "
    "expected a - with the same indentation",
    "could not find expected ':'": "found a key without a ':', expected a ':' behind it",
    "did not find expected node content": "found no value, expected one",
    "escape": "found a backslash that means nothing in double quotes, expected single quotes around a text "
    "that holds backslashes",
    "hexdecimal": "found a backslash with wrong digits, expected the number of a character",
    "document start": "found something behind the end of the document, expected nothing more",
    "incompatible YAML": "found a version of YAML that is not known, expected 1.1 or 1.2",
    "indentation indicator": "found a wrong number behind | or >, expected none, or 1 to 9",
    "comment or line break": "found something behind | or >, expected the text to begin in the next line",
    "tag": "found a tag, expected a value without one",
    "anchor": "found an anchor, expected a value without one",
    "alias": "found an alias, expected the value itself",
}


def problem(error: YAMLError, text: str, source: str) -> Problem:
    """The problem that made the parser give up."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if not isinstance(error, MarkedYAMLError) or mark is None:
        return Problem(source, 0, 0, "", "cannot be read as YAML")
    said = " ".join(filter(None, (error.problem, error.context)))
    if _UNSTARTABLE in said:
        words = _about_character(_character(text, mark))
    else:
        pattern = next((words for sign, words in _WORDS.items() if sign in said), None)
        there = _there(error.context_mark, mark)
        words = pattern.format(there=there) if pattern else f"cannot be read as YAML: {said}"
    return Problem(source, mark.line + 1, mark.column + 1, "", words)


def _there(context: Mark | None, mark: Mark) -> str:
    if context is None or (context.line, context.column) == (mark.line, mark.column):
        return " here"
    return f" in line {context.line + 1}, column {context.column + 1},"


def _character(text: str, mark: Mark) -> str:
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    return line[mark.column : mark.column + 1]


def _about_character(character: str) -> str:
    if character == "\t":
        return "found a tab, expected spaces: YAML is not indented with tabs"
    return f"found a text that begins with {character or 'nothing'}, expected it to stand in quotes"
