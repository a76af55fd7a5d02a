"""Interception: which functions can be intercepted, and the errors about those that cannot."""

import functools
import importlib.util
import inspect
import types

import pytest

from keras_serializable._keras import code_swap
from keras_serializable._keras.code_swap import Interception, MisfitError, function_of


def watched(original, name, custom_objects=None, **kwargs):
    """Return the arguments, and what the original returns."""
    return "seen", (name, custom_objects, kwargs), original(name, custom_objects, **kwargs)


def attached(function, body=watched):
    """Return a function that is intercepted."""
    Interception(function, body).attach()
    return function


def test_parameters_as_expected():
    """The body runs in place of the function, which keeps its signature and can be called in it."""

    def look(name, custom_objects=(), **kwargs):
        return name, custom_objects, kwargs

    signature, source = inspect.signature(look), inspect.getsource(look)
    attached(look)

    assert look("a") == ("seen", ("a", (), {}), ("a", (), {}))
    assert look(name="a", custom_objects=1, more=2)[2] == ("a", 1, {"more": 2})
    assert (inspect.signature(look), inspect.getsource(look)) == (signature, source)
    assert look.__code__.co_name == "look"
    with pytest.raises(TypeError, match=r"look\(\) missing 1 required positional argument: 'name'"):
        look()


def copy_of(function):
    """Return a function like another, for a test that threads run at once."""
    copy = types.FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def after_ours(name, custom_objects=None, new=7, **kwargs):
    return name, custom_objects, new, kwargs


def by_keyword(name, custom_objects=None, *, new=7, **kwargs):
    return name, custom_objects, new, kwargs


@pytest.mark.parametrize("function", [after_ours, by_keyword])
def test_a_new_parameter_with_a_default_is_passed_on(function):
    """The body never sees a new parameter; the original gets the caller's value, or the default."""
    function = attached(copy_of(function))

    assert function("a", more=1) == (
        "seen",
        ("a", None, {"more": 1}),
        ("a", None, 7, {"more": 1}),
    )
    assert function("a", new=8)[2] == ("a", None, 8, {})


def test_a_new_parameter_can_be_given_by_its_place():
    """What the caller passes by place arrives in its place."""

    def look(name, new=7):
        return name, new

    attached(look, lambda original, name: original(name))

    assert (look("a"), look("a", 8)) == (("a", 7), ("a", 8))


def test_new_keywords_are_passed_on():
    """A function that has come to take any keyword still does."""

    def look(name, **kwargs):
        return name, kwargs

    attached(look, lambda original, name: original(name))

    assert look("a", b=1) == ("a", {"b": 1})


def test_a_new_parameter_named_like_what_we_use_is_passed_on():
    """A new parameter may have any name, also one of those that the interception uses."""

    def look(name, body=1, original=2, partial=3):
        return name, body, original, partial

    attached(look, lambda original, name: original(name))

    assert look("a", partial=4) == ("a", 1, 2, 4)


def test_a_parameter_of_any_name():
    """What the body takes by place alone may have any name."""

    def look(config, custom_objects=None):
        return config

    attached(look, lambda original, name, /, custom_objects: original(name))

    assert look(config="a") == "a"


def without_ours(name):
    pass


def in_another_order(custom_objects, name):
    pass


def not_optional(name, custom_objects, new, **kwargs):
    pass


def not_optional_keyword(name, custom_objects, *, new, **kwargs):
    pass


def any_number(name, custom_objects=None, *rest):
    pass


def by_keyword_only(name, *, custom_objects=None):
    pass


def make_closure():
    def closed(name, custom_objects=None):
        return cell

    cell = 1
    return closed


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (without_ours, r"without_ours has no parameter 'custom_objects'"),
        (
            in_another_order,
            r"parameter 1 of \S+in_another_order is 'custom_objects' instead of 'name'",
        ),
        (not_optional, r"not_optional has a new parameter 'new' that cannot be left out"),
        (not_optional_keyword, r"not_optional_keyword has a new parameter 'new' that cannot be"),
        (any_number, r"any_number has a new parameter 'rest' that cannot"),
        (by_keyword_only, r"by_keyword_only has no parameter 'custom_objects'"),
        (make_closure(), r"closed is a closure, without __wrapped__"),
        (len, r"builtins.len is of <class 'builtin_function_or_method'>, and no Python function"),
        (3, r"is of <class 'int'>, and no Python function"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_function_that_does_not_fit(function, problem):
    """The error names the function and the parameter, and nothing is intercepted."""
    code = getattr(function, "__code__", None)
    with pytest.raises(MisfitError, match=problem):
        Interception(function, watched)
    assert getattr(function, "__code__", None) is code


def test_a_function_that_is_not_there():
    """The error names the module and the function."""
    with pytest.raises(MisfitError, match=r"^inspect has no function intercept$"):
        function_of(inspect, "intercept")
    assert function_of(inspect, "unwrap") is inspect.unwrap


def dispatching(function):
    """Wrap a function as TensorFlow's `add_dispatch_support` does."""

    def dispatch(*args, **kwargs):
        return function(*args, **kwargs)

    dispatch.__wrapped__ = function
    return dispatch


def dispatching_twice(function):
    return dispatching(dispatching(function))


@pytest.mark.parametrize("wrap", [dispatching, dispatching_twice, functools.cache])
def test_a_wrapped_function(wrap):
    """The function that the wrappers call is intercepted, and the wrappers are left alone."""

    def look(name, custom_objects=None, **kwargs):
        return name

    wrapped = wrap(look)
    interception = Interception(wrapped, watched)
    interception.attach()

    assert wrapped("a") == look("a") == ("seen", ("a", None, {}), "a")
    interception.detach()
    assert look("a") == "a"


def test_detaching_gives_the_function_back():
    """The function has its own code again, and nothing of ours."""

    def look(name, custom_objects=None):
        return name

    code = look.__code__
    interception = Interception(look, watched)
    interception.attach()
    assert look.__code__ is not code
    for _ in range(2):
        interception.detach()
        assert (look("a"), look.__code__, vars(look)) == ("a", code, {})


def test_a_thread_that_is_in_the_function_while_it_is_detached():
    """A call that began before the function was detached comes to its end."""

    def look(name, custom_objects=None):
        return name

    interception = Interception(look, watched)
    interception.attach()
    running = type(look)(look.__code__, look.__globals__, "look", look.__defaults__)
    interception.detach()
    assert running("a") == "a"


def test_a_body_for_failures():
    """If the function raises, the body gets the error and the arguments."""

    def look(name, custom_objects=None, *, strict=True):
        if name == "nothing" and strict:
            raise KeyError(name)
        return name

    def rescue(original, error, first, /):
        return [type(error), first, original(first, strict=False)]

    interception = Interception(look, rescue, on_failure=True)
    interception.attach()
    running = type(look)(look.__code__, look.__globals__, "look", look.__defaults__)
    running.__kwdefaults__ = look.__kwdefaults__
    assert look("a") == look(name="a") == "a"
    assert look("nothing") == [KeyError, "nothing", "nothing"]
    assert look("nothing", strict=False) == "nothing"
    interception.detach()
    for function in (look, running):
        with pytest.raises(KeyError):
            function("nothing")


@pytest.fixture
def other():
    """Return a second copy of the module."""
    spec = importlib.util.spec_from_file_location("second_interception", code_swap.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("ours_is_detached_first", [True, False])
def test_two_copies(other, ours_is_detached_first):
    """The later copy replaces the interception of the earlier, which can no longer end it."""

    def look(name, custom_objects=None):
        return name

    code = look.__code__
    earlier = Interception(look, lambda original, name, custom_objects: ["earlier", original(name)])
    later = other.Interception(
        look, lambda original, name, custom_objects: ["later", original(name)]
    )
    earlier.attach()
    later.attach()

    assert look("a") == ["later", "a"]
    if ours_is_detached_first:
        earlier.detach()
        assert look("a") == ["later", "a"]
    later.detach()
    assert (look("a"), look.__code__) == ("a", code)
    earlier.detach()
    assert (look("a"), look.__code__, vars(look)) == ("a", code, {})


def test_made_while_another_copy_intercepts(other):
    """A copy that looks at an intercepted function sees the original."""

    def look(name, custom_objects=None):
        return name

    Interception(look, lambda original, name, custom_objects: ["earlier", original(name)]).attach()
    later = other.Interception(
        look, lambda original, name, custom_objects: ["later", original(name)]
    )
    assert look("a") == ["earlier", "a"]
    later.attach()
    assert look("a") == ["later", "a"]


def test_two_functions_of_one_name():
    """A reloaded module has two functions of one name: they share its globals, and nothing else."""

    def look(name, custom_objects=None):
        return "first"

    first = attached(look)

    def look(name, custom_objects=None):
        return "second"

    second = attached(look)
    assert (first("a")[2], second("a")[2]) == ("first", "second")
