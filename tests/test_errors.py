"""The tree in the docstring is the tree of the classes, and errors survive a process border."""

import pickle

import paperlab.errors as errors
from paperlab.errors import PaperlabError


def test_the_docstring_draws_every_error_with_its_exit_code() -> None:
    lines = (errors.__doc__ or "").splitlines()
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, PaperlabError) and kind is not PaperlabError:
            line = next(text for text in lines if f"── {name} " in text)
            parent_is_root = kind.__base__ is PaperlabError
            assert (str(kind.exit_code) in line.split()) is parent_is_root, line


def test_an_error_keeps_its_context_when_pickled() -> None:
    kept = pickle.loads(pickle.dumps(errors.Throttled("later", until="2026-01-01T00:00:00Z")))  # noqa: S301  our own bytes
    assert (type(kept), kept.message, kept.context["until"]) == (errors.Throttled, "later", "2026-01-01T00:00:00Z")
