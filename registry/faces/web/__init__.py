"""Web: the pages that people open in a browser."""
