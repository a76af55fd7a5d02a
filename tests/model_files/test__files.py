"""Opening files: what is no model file ends in a clean error."""

from hostile_files import cases, check, fifo, filled, in_directory, loop, sparse

PLACES = {
    "a FIFO": (fifo, "UnreadableModelError", "regular file: give the path of a model file"),
    "a device": (lambda p: "/dev/zero", "UnreadableModelError", "it is no regular file"),
    "a link to itself": (loop, "UnreadableModelError", "it cannot be opened"),
    "nothing": (lambda p: p, "UnreadableModelError", "there is no such file"),
    "a NUL in the path": (lambda p: f"{p}\0", "UnreadableModelError", "it cannot be opened"),
    "an empty file": (lambda p: filled(p, b""), "MalformedModelError", "it is empty"),
    "another text": (
        lambda p: filled(p, b"# Readme"),
        "MalformedModelError",
        "none of a .keras archive",
    ),
    "2 GB of nothing": (
        lambda p: sparse(p, 2 << 30),
        "MalformedModelError",
        "none of a .keras archive",
    ),
    "2 GB of JSON": (
        lambda p: sparse(p, 2 << 30, b"{"),
        "ModelLimitError",
        "it is longer than 33554432 bytes",
    ),
    "an empty directory": (lambda p: in_directory(p, "x", fifo), "NoConfigError", "no SavedModel"),
    "a directory with a FIFO for its config": (
        lambda p: in_directory(p, "config.json", fifo),
        "UnreadableModelError",
        "it is no regular file",
    ),
    "a directory with a link to itself": (
        lambda p: in_directory(p, "keras_metadata.pb", loop),
        "UnreadableModelError",
        "it cannot be opened",
    ),
    "a directory with 2 GB of records": (
        lambda p: in_directory(p, "keras_metadata.pb", lambda q: sparse(q, 2 << 30)),
        "ModelLimitError",
        "it is longer than 33554432 bytes",
    ),
    "a SavedModel without Keras' part": (
        lambda p: in_directory(p, "saved_model.pb", lambda q: filled(q, b"")),
        "NoConfigError",
        "it holds no config of Keras",
    ),
}


@cases(PLACES)
def test_places(read, tmp_path, make, error, text):
    """A path that leads to no model file ends in a clean error."""
    path = make(tmp_path / "model")
    check(read(path), path, error, text)
