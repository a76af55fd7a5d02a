"""Code swap: a function gets new code, and later its own code again.

Dozens of modules of Keras, programs and plugins hold references to Keras' lookup functions. A new
attribute in one module would not change these references. New code in the function object changes
all of them. The function keeps its identity, its signature and its exported names, and other
patches of the attribute still work. Python allows the assignment of ``__code__``:
https://docs.python.org/3/reference/datamodel.html#function.__code__
"""

from functools import partial
from inspect import Parameter, signature, unwrap
from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import CodeType, ModuleType

_MARK = "__keras_serializable__"
"""The attribute of an intercepted function that holds its original.

If a process has several copies of this package, each copy looks for the mark. So a copy replaces
the interceptions of another copy and does not wrap them. Later releases have to keep the mark.
"""

_BY_PLACE = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


class MisfitError(TypeError):
    """A function does not exist, or has other parameters than all known releases."""


class Interception:
    """A function that can get another body, and its own body again.

    Example:
        >>> def greet(name, mark="!"): return f"hello {name}{mark}"
        >>> def shout(original, name): return original(name).upper()
        >>> interception = Interception(greet, shout)
        >>> interception.attach()
        >>> greet("you"), greet("you", mark="?"), interception.original("you")
        ('HELLO YOU!', 'HELLO YOU?', 'hello you!')
        >>> interception.detach()
        >>> greet("you")
        'hello you!'
    """

    __slots__ = ("_body", "_code", "_detached", "_function", "_names", "original")

    # The first argument of `body` is `original`, a function with the former code of `function`.
    # With `on_failure`, the former code runs first. `body` runs only if it raises an exception, and
    # this exception is the second argument of `body`. The other parameters of `body` are those of
    # `function`. Only a positional-only parameter may have another name. A later release of Keras
    # may add parameters with defaults. They are passed to `original`, and `body` never gets them.

    def __init__(
        self, function: object, body: "Callable[..., object]", *, on_failure: bool = False
    ) -> None:
        self._function = _innermost(function)
        self.original = _original(self._function)
        parameters = list(signature(self.original).parameters.values())
        expected = list(signature(body).parameters.values())[2 if on_failure else 1 :]
        known, added = _compare(self.original, parameters, expected)
        # The new code calls functions through globals of the function. These globals stay after
        # detach(), because another thread may still be running the new code.
        name = f"__keras_serializable_{self._function.__name__}_{id(self._function):x}__"
        original = f"{name}original"
        self._body = f"{name}body"
        self._names: dict[str, object] = {self._body: body, original: self.original}
        passed_on = original
        if added:
            self._names[f"{name}partial"] = partial
            passed_on = f"{name}partial({original}, {', '.join(map(_by_name, added))})"
        arguments = _arguments(known)
        self._detached: Callable[..., object] = _raise if on_failure else _call
        if on_failure:
            # Saves the frame of a body that calls the original: 0.4 % of loading a Dense layer.
            lines = [
                f"try: return {original}({_arguments(parameters)})",
                f"except Exception as {name}:",
                f" return {self._body}({passed_on}, {name}, {arguments})",
            ]
        else:
            lines = [f"return {self._body}({passed_on}, {arguments})"]
        code = self.original.__code__
        self._code = _code(parameters, lines).replace(
            co_name=code.co_name,
            # Debuggers and tracebacks then show the source of Keras' function.
            co_filename=code.co_filename,
            co_firstlineno=code.co_firstlineno,
        )

    def attach(self) -> None:
        """Give the function its new body, also in place of the body of another copy."""
        self._function.__globals__.update(self._names)
        # The mark is set before the code, because `_original` reads the code before the mark.
        self._function.__dict__[_MARK] = self.original
        self._function.__code__ = self._code

    def detach(self) -> None:
        """Give the function its own body back, unless another program has replaced the body."""
        if self._function.__code__ is self._code:
            self._function.__code__ = self.original.__code__
            self._function.__dict__.pop(_MARK, None)
            self._function.__globals__[self._body] = self._detached


def function_of(module: "ModuleType", name: str) -> object:
    """Return the function of a name in a module, or raise a MisfitError."""
    try:
        return vars(module)[name]
    except KeyError:
        raise MisfitError(f"{module.__name__} has no function {name}") from None


def _innermost(function: object) -> FunctionType:
    # The wrapper of a decorated function has the function itself in `__wrapped__`.
    innermost = unwrap(function)  # type: ignore[arg-type]
    if not isinstance(innermost, FunctionType):
        raise MisfitError(f"{_title(function)} is of {type(innermost)}, and no Python function")
    if innermost.__closure__:
        raise MisfitError(f"{_title(innermost)} is a closure, without __wrapped__")
    return innermost


def _original(function: FunctionType) -> FunctionType:
    code = function.__code__
    code = getattr(function.__dict__.get(_MARK), "__code__", code)
    original = FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    original.__kwdefaults__ = function.__kwdefaults__
    original.__module__ = function.__module__
    return original


def _compare(
    function: FunctionType, parameters: "list[Parameter]", expected: "list[Parameter]"
) -> "tuple[list[Parameter], list[Parameter]]":
    """Return the parameters that are passed to a body, and those that are not."""
    by_place = [each for each in expected if each.kind in _BY_PLACE]
    for place, ours in enumerate(by_place):
        theirs = parameters[place] if place < len(parameters) else None
        if theirs is None or theirs.kind not in _BY_PLACE:
            raise MisfitError(f"{_title(function)} has no parameter {ours.name!r}")
        if ours.kind is not Parameter.POSITIONAL_ONLY and theirs.name != ours.name:
            raise MisfitError(
                f"parameter {place + 1} of {_title(function)} is {theirs.name!r} instead of "
                f"{ours.name!r}"
            )
    known, rest = parameters[: len(by_place)], parameters[len(by_place) :]
    others = {
        each.kind if each.kind is Parameter.VAR_KEYWORD else each.name
        for each in expected[len(by_place) :]
    }
    added = []
    for each in rest:
        if each.name in others or each.kind in others:
            known.append(each)
        elif each.kind is Parameter.VAR_KEYWORD or (
            each.default is not Parameter.empty and each.kind is not Parameter.POSITIONAL_ONLY
        ):
            added.append(each)
        else:
            raise MisfitError(
                f"{_title(function)} has a new parameter {each.name!r} that cannot be left out or "
                "be passed by its name"
            )
    return known, added


def _call(original: "Callable[..., object]", *arguments: object) -> object:
    return original(*arguments)


def _raise(_original: object, error: Exception, *_arguments: object) -> object:
    raise error


def _by_name(parameter: Parameter) -> str:
    """Return the source of an argument that passes a parameter by its name."""
    name = parameter.name
    return f"**{name}" if parameter.kind is Parameter.VAR_KEYWORD else f"{name}={name}"


def _code(parameters: "Iterable[Parameter]", lines: "Iterable[str]") -> "CodeType":
    """Return the code of a function with these parameters and these lines of source."""
    empty = Parameter.empty
    bare = [each.replace(default=empty, annotation=empty) for each in parameters]
    declared = str(signature(lambda: None).replace(parameters=bare))[1:-1]
    source = "\n    ".join([f"def function({declared}):", *lines])
    namespace: dict[str, FunctionType] = {}
    exec(compile(source, "<keras_serializable>", "exec"), {}, namespace)  # noqa: S102 -- names only
    return namespace["function"].__code__


def _arguments(parameters: "Iterable[Parameter]") -> str:
    """Return the source of the arguments that pass parameters to another function."""
    forms = {
        Parameter.POSITIONAL_ONLY: "{0}",
        Parameter.POSITIONAL_OR_KEYWORD: "{0}",
        Parameter.VAR_POSITIONAL: "*{0}",
        Parameter.KEYWORD_ONLY: "{0}={0}",
        Parameter.VAR_KEYWORD: "**{0}",
    }
    return ", ".join(forms[each.kind].format(each.name) for each in parameters)


def _title(function: object) -> str:
    module, name = (getattr(function, name, "?") for name in ("__module__", "__name__"))
    return f"{module}.{name}"
