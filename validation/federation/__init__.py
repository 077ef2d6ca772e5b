"""Federation: tallies that leave a site without telling of anybody, and how they are united.

`partitions` chooses where score cells begin so that none holds too few, `differences` finds what
could be read by subtraction, `hiding` makes the tally that may leave, `merging` unites tallies,
`parts` says which they were.
"""
