"""Validation: numbers about predictions, from a table to verdicts.

The way through the house: `protocols` says what is planned, `engines` reduces a prediction table
to a tally (`tallies`), `assessment.assess` turns tally and
protocol into estimates and verdicts.
"""
