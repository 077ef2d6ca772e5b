"""Standard: what a protocol says of the reference standard's readers and doubtful results."""

from validation.protocols.fields import Fields
from validation.protocols.partitions import plain_word
from validation.protocols.shape import Finding, Reader
from validation.spelling import says_nothing

PLACE_OF_FINDING = "{finding}"  # in a column's name, where the finding's name stands
DECIDED = frozenset({"0", "1", "0.0", "1.0", "true", "false"})


def read_indeterminate(fields: Fields) -> tuple[str, ...]:
    """Return the words in the label column that say the reference standard gave no answer."""
    words = fields.texts("indeterminate") or ()
    for index, word in enumerate(words):
        if plain_word(word) in DECIDED:
            raise fields.wrong(
                f"indeterminate[{index}]",
                f"“{word}” is an answer of the reference standard.",
                "Name the words that stand there where it gave none.",
            )
        if says_nothing(word):
            raise fields.wrong(
                f"indeterminate[{index}]",
                f"“{word}” means that a field is empty, in every column: such an exam has no label "
                "rather than a doubtful one.",
                "Leave the word out here; in the table, write another word, such as "
                "“indeterminate”, where the reference standard was applied and gave no answer.",
            )
    return tuple(sorted(set(words)))


def read_readers(fields: Fields | None, findings: tuple[Finding, ...]) -> tuple[Reader, ...]:
    """Return the readers of the reference standard whose own calls are in the table."""
    if fields is None:
        return ()
    taken = {finding.label for finding in findings} | {finding.score for finding in findings}
    wide = len(findings) > 1 and len({finding.label for finding in findings}) > 1
    readers = []
    for name in fields.keys():  # noqa: SIM118  (a method that lists keys; Fields is no mapping)
        column = fields.required_text(name, f'{name} = "column"')
        if column in taken:
            raise fields.wrong(
                name, f"“{column}” is a label or a score.", "Name the column of this reader."
            )
        if wide and PLACE_OF_FINDING not in column:
            raise fields.wrong(
                name,
                "one column cannot hold a reader's calls for several findings.",
                f'Put {PLACE_OF_FINDING} where the name stands: "reader1_{PLACE_OF_FINDING}".',
            )
        readers.append(Reader(name=name, column=column))
    fields.refuse_unknown()
    return tuple(readers)
