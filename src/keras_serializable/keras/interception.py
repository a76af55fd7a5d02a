"""Interception: giving a function another body in place, and its own body back.

Keras binds its lookup functions by name in dozens of modules, and so do programs and plugins.
Replacing an attribute of one module misses all of these. Replacing the code of the function object
misses none, keeps the identity of the function, and gets along with other patches of the same
attribute. Assigning ``__code__`` is part of the language:
https://docs.python.org/3/reference/datamodel.html#function.__code__
"""

from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Interception:
    """A function whose body can be replaced, and given back.

    Args:
        function: The function to intercept.
        body: A function with the same parameters, or with the first of them and then ``*args``
            and ``**options``, which take what a newer release has added. Only its code is used:
            it runs with the globals of `function`.

    Attributes:
        original: A function that does what `function` did.

    Raises:
        TypeError: If the function takes parameters that the body does not know.

    Example:
        >>> def greet(name): return f"hello {name}"
        >>> def shout(name): return f"HELLO {name}"
        >>> interception = Interception(greet, shout)
        >>> interception.begin()
        >>> greet("you"), interception.original("you")
        ('HELLO you', 'hello you')
        >>> interception.end()
        >>> greet("you")
        'hello you'
    """

    __slots__ = ("_code", "_defaults", "_function", "original")

    def __init__(self, function: FunctionType, body: FunctionType) -> None:
        problem = _misfit(function, body)
        if problem:
            raise TypeError(f"{function.__module__}.{function.__name__} {problem}")
        self._function = function
        self.original: Callable[..., object] = FunctionType(
            function.__code__, function.__globals__, function.__name__, function.__defaults__
        )
        self.original.__kwdefaults__ = function.__kwdefaults__
        names = _parameters(function)
        count = body.__code__.co_argcount
        # The first parameter of `deserialize` is called "config" in one module and "name" in the
        # next. A caller may pass it by that name.
        self._code = body.__code__.replace(
            co_varnames=names[:count] + body.__code__.co_varnames[count:]
        )
        required = len(names) - len(function.__defaults__ or ())
        self._defaults = (function.__defaults__ or ())[: max(count - required, 0)]

    def begin(self) -> None:
        """Give the function the other body."""
        self._function.__code__ = self._code
        self._function.__defaults__ = self._defaults

    def end(self) -> None:
        """Give the function its own body back."""
        self._function.__defaults__ = self.original.__defaults__  # type: ignore[attr-defined]
        self._function.__code__ = self.original.__code__  # type: ignore[attr-defined]


def _misfit(function: FunctionType, body: FunctionType) -> str | None:
    """Return why a body cannot stand in for a function, `None` if it can."""
    if function.__closure__:
        return "is a closure"
    if function.__code__.co_kwonlyargcount and not body.__code__.co_flags & CO_VARKEYWORDS:
        return "takes keyword-only parameters"
    taken, known = _parameters(function), _parameters(body)
    required = len(taken) - len(function.__defaults__ or ())
    flags = body.__code__.co_flags
    if len(taken) < len(known) or taken[1 : len(known)] != known[1:]:
        return f"takes the parameters {', '.join(taken)} instead of {', '.join(known)}"
    if required > len(known):
        return f"requires the parameter {taken[len(known)]}"
    if len(taken) > len(known) and not flags & CO_VARARGS:
        return f"takes the parameter {taken[len(known)]}"
    return None


def _parameters(function: FunctionType) -> "tuple[str, ...]":
    return function.__code__.co_varnames[: function.__code__.co_argcount]
