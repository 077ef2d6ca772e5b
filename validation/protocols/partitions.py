"""Partition words: how tables name what their rows are for, and what each word means here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from validation.protocols.shape import Partition

PARTITION_WORDS: Final[Mapping[str, Partition]] = MappingProxyType(
    {
        "development": Partition.DEVELOPMENT,
        "development oof": Partition.DEVELOPMENT,
        "development out of fold": Partition.DEVELOPMENT,
        "dev": Partition.DEVELOPMENT,
        "oof": Partition.DEVELOPMENT,
        "out of fold": Partition.DEVELOPMENT,
        "internal": Partition.INTERNAL_TESTING,
        "internal test": Partition.INTERNAL_TESTING,
        "internal testing": Partition.INTERNAL_TESTING,
        "test": Partition.INTERNAL_TESTING,
        "testing": Partition.INTERNAL_TESTING,
        "held out": Partition.INTERNAL_TESTING,
        "holdout": Partition.INTERNAL_TESTING,
        "external": Partition.EXTERNAL_TESTING,
        "external test": Partition.EXTERNAL_TESTING,
        "external testing": Partition.EXTERNAL_TESTING,
        "local": Partition.LOCAL_ACCEPTANCE,
        "local acceptance": Partition.LOCAL_ACCEPTANCE,
        "acceptance": Partition.LOCAL_ACCEPTANCE,
        "monitoring": Partition.MONITORING,
        "surveillance": Partition.MONITORING,
    }
)
# Words that people use, and that could mean several things or nothing that is evidence.
REFUSED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "train": "scores on the rows a model was fitted to are no evidence",
        "training": "scores on the rows a model was fitted to are no evidence",
        "validation": "the word means tuning to some and testing to others",
        "valid": "the word means tuning to some and testing to others",
        "val": "the word means tuning to some and testing to others",
    }
)


def plain_word(word: str) -> str:
    """Return a partition's word without case, underscores, hyphens and doubled spaces."""
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())
