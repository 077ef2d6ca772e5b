"""Judgements: every sentence that judges, as a pure function of dossier, decision and standing.

A judgement says what policy permits or blocks and why, what was shown and what was not. It never
recommends and never counts gates. What is printed on a card is made here and nowhere else, so
that page, card and command line cannot contradict each other.
"""
