"""Interception: giving a function a new body in place, and its old one back.

Keras binds its lookup functions by name in dozens of modules, and so do the programs and plugins
that use it. Replacing an attribute of one module misses all of these. Replacing the code of the
function object misses none, keeps its identity, signature defaults and exported names, and gets
along with other patches of the same attribute. Assigning ``__code__`` is part of the language:
https://docs.python.org/3/reference/datamodel.html#function.__code__
"""

from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

_POSITIONAL_AND_VARIADIC = 0x04 | 0x08  # inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


class Interception:
    """A function whose body can be replaced, and given back.

    Args:
        function: The function to intercept.
        body: A function with the same parameters. Only its code is used: it runs with the
            globals of `function`.

    Attributes:
        original: A function that does what `function` did.

    Raises:
        TypeError: If the parameters differ, as they may in a release not known here.

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

    __slots__ = ("_body", "_function", "original")

    def __init__(self, function: FunctionType, body: FunctionType) -> None:
        if _parameters(function.__code__) != _parameters(body.__code__) or function.__closure__:
            raise TypeError(
                f"{function.__module__}.{function.__name__} takes other parameters than expected"
            )
        self._function = function
        self.original: Callable[..., object] = FunctionType(
            function.__code__, function.__globals__, function.__name__, function.__defaults__
        )
        self.original.__kwdefaults__ = function.__kwdefaults__
        self._body = body

    def begin(self) -> None:
        """Give the function the other body."""
        self._function.__code__ = self._body.__code__

    def end(self) -> None:
        """Give the function its own body back."""
        self._function.__code__ = self.original.__code__


def _parameters(code: "CodeType") -> "tuple[object, ...]":
    count = code.co_argcount + code.co_kwonlyargcount
    variadic = code.co_flags & _POSITIONAL_AND_VARIADIC
    count += variadic.bit_count()
    return code.co_varnames[:count], code.co_kwonlyargcount, variadic
