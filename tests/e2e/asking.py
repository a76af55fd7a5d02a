"""A program that looks keys up while others change what is installed.

Each line it reads is a question: a key; nothing, for a report; or ``+`` and a site directory to
add. Each gets an answer in one line of JSON.
"""

import json
import site
import sys

import keras_serializable


def find(key):
    """Return what a lookup gives."""
    try:
        found = keras_serializable.get_registered_object(key)
    except keras_serializable.ProviderError as error:
        return f"{type(error).__name__}: {error.__cause__ or error}"
    return found and f"{found.__module__}:{found.__qualname__} {found.release}"


def report():
    """Return what is advertised, broken, imported, and what importlib_metadata has to say."""
    # Imported late: it changes `sys.meta_path`, and lookups before that have to work too.
    import importlib_metadata

    importlib_metadata.MetadataPathFinder.invalidate_caches()
    entry_points = importlib_metadata.entry_points(group="keras_serializable")
    providers = keras_serializable.providers()
    return {
        "advertised": sorted(
            (each.name, each.value, each.distribution.name, each.distribution.version)
            for each in providers
        ),
        "expected": sorted(
            (each.name, each.value, each.dist.name, each.dist.version) for each in entry_points
        ),
        "problems": [
            str(problem) for problem in keras_serializable.problems() if "acme" in problem.path
        ],
        "imported": sorted(name for name in sys.modules if name.startswith("acme")),
    }


for line in sys.stdin:
    question = line.rstrip("\n")
    if question.startswith("+"):
        answer = site.addsitedir(question[1:])
    else:
        answer = find(question) if question else report()
    print(json.dumps(answer), flush=True)  # noqa: T201 -- its answer
