"""The `cmr` command: a client of the REST API."""
