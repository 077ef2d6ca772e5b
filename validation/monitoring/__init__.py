"""Monitoring: what a window of exams shows, without labels and with them.

`windows` counts one, `signals` says how it differs from what was seen before, `cusum` adds windows
up to a chart of observed against expected events.
"""
