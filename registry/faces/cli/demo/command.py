"""Command: `cmr demo` as it is listed; the story is loaded when it is told."""


def demo() -> None:
    """Run the whole flow on the patients of four hospitals and write the model cards."""
    from registry.faces.cli.demo import story

    story.demo()
