"""Requirements: what the extras of an entry point require, and what of that is not installed."""

import pytest
from distributions import install

from keras_serializable._installed import discovery
from keras_serializable._installed.requirements import Requirements, by_extra, extras_of


@pytest.mark.parametrize(
    ("value", "extras"),
    [
        ("m:a", []),
        ("m:a [One]", ["one"]),
        ("m:a[one.two, three--four]", ["one_two", "three_four"]),
        ("m:a [one", ["one"]),
        ("m:a [ , ]", []),
    ],
)
def test_extras_of(value, extras):
    """The extras are what stands in the brackets, normalized."""
    assert extras_of(value) == extras


@pytest.mark.parametrize(
    ("lines", "requirements"),
    [
        ([], {}),
        (["numpy", 'numpy; python_version > "3"', "numpy;"], {}),
        (['keras-tcn>=3; extra == "keras-tcn"'], {"keras_tcn": ("keras-tcn>=3",)}),
        (["a (>=3) ;extra=='X.y'", "b ; extra == 'x-Y'"], {"x_y": ("a (>=3)", "b")}),
        (["a; python_version < '3' and extra == 'x'"], {"x": ()}),
        (["a; extra == 'x' or extra == 'y'"], {"x": ("a",), "y": ("a",)}),
    ],
)
def test_by_extra(lines, requirements):
    """Each extra has the requirements whose markers hold, without the markers."""
    assert by_extra(lines) == requirements


def test_requirements(tmp_path):
    """Names are compared normalized, versions are not, and the order is that of METADATA."""
    requires = [f"{name}; extra == 'all'" for name in ("Keras.TCN>=3", "no-such>1", "keras_tcn>9")]
    install(tmp_path, "knowledge", "1.0", {"a": "m:a [all]"}, requires=requires)
    install(tmp_path, "keras-tcn", "0.1")
    (folder,) = discovery.scan([str(tmp_path)]).advertising_folders()
    requirements = Requirements(["knowledge", "keras_tcn"])
    names = ("Keras.TCN>=3", "no-such>1", "keras_tcn>9")
    assert requirements.of("m:a [all]", folder) == (names, ("no-such>1",))
    assert requirements.of("m:b[all,ALL]", folder) == (names, ("no-such>1",))
    assert requirements.of("m:b [other]", folder) == ((), ())
