"""Exports: one record in many formats, each saying what it cannot carry."""

from reports.exports.card_json import SCHEMA, to_json
from reports.exports.formats import FORMATS, Format

__all__ = ["FORMATS", "SCHEMA", "Format", "to_json"]
