"""Deployments: a version at a hospital, from the proposal to its end.

`states` is the table of moves, `plans` what the hospital lays down, `silence` what a silent run has
shown, `readiness` what is still lacking, `dossiers` the document that two people sign.
"""
