"""Attributes: the value of `value.name`, and assignments to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_serializable_build._scan import container_methods, containers, keras_paths, outside
from keras_serializable_build._scan.classes import find_in, has_get_config, mro, unwrapped
from keras_serializable_build._scan.values import (
    NONE,
    Action,
    Arguments,
    Class,
    Constant,
    Descriptor,
    Either,
    External,
    Function,
    Instance,
    Mapping,
    Method,
    Module,
    Partial,
    Pending,
    Sequence,
    Super,
    Unknown,
    Value,
    Wrapped,
    copy_names,
    either,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable_build._scan.machine import Machine

OBJECT_NAMES = frozenset(name for name in dir(object) if name not in {"__class__", "__dict__"})


def get(machine: Machine, value: Value, name: str) -> Value:
    """Return an attribute of a value."""
    if isinstance(value, Either):
        # An option without the attribute would raise an exception, so it does not count.
        found_options = [(option, _find(machine, option, name)) for option in value.options]
        kept = [option for option, found in found_options if found or not _lacks(option)]
        return either([get(machine, option, name) for option in kept or value.options[:1]])
    found = _find(machine, value, name)
    if found is None and name in keras_paths.NAMES:
        # Only Keras has an attribute of this name, so the object is Keras.
        return keras_paths.recognize(f"keras.{name}") or External(f"keras.{name}")
    if found is None and name == "__class__":
        return External("builtins.type()")
    if found is None:
        return value if isinstance(value, Unknown) else Unknown(_missing(value, name))
    return found


def _lacks(value: Value) -> bool:
    """Return whether a missing attribute certainly does not exist."""
    return not isinstance(value, (Unknown, Module, Instance, Class))


def _missing(value: Value, name: str) -> str:
    if isinstance(value, Module):
        return f"the module {value.name} has no name {name!r}"
    return f"the attribute {name!r} cannot be followed"


def _find(machine: Machine, value: Value, name: str) -> Value | None:
    """Return an attribute, `None` if the value has none of that name."""
    return RULES.get(type(value), container_methods.method)(machine, value, name)


def _super_attribute(machine: Machine, value: Super, name: str) -> Value | None:
    found, sure = find_in(value.cls, name, after=value.cls)
    receiver = value.receiver
    own = receiver.cls if isinstance(receiver, Instance) else receiver
    if isinstance(own, Class) and own is not value.cls:
        found, sure = find_in(own, name, after=value.cls)
    if sure:
        return _bound(machine, found, name, receiver, value.cls)
    if name == "__init__" and isinstance(found, External):
        return outside.initializer(found.path, receiver)
    return _outside(found, name)


def _wrapped_attribute(machine: Machine, value: Wrapped, name: str) -> Value | None:
    if name == "__wrapped__":
        return value.inner
    if isinstance(value.inner, Class):
        return _find(machine, value.inner, name)
    known = _find(machine, value.inner, name) if name.startswith("__") else None
    return known or External(f"{value.by}().{name}")


def _method_attribute(machine: Machine, value: Method, name: str) -> Value | None:
    special = {"__func__": value.function, "__self__": value.receiver}
    return special.get(name) or _find(machine, value.function, name)


def _partial_attribute(_machine: Machine, value: Partial, name: str) -> Value | None:
    arguments = value.arguments
    special: dict[str, Value] = {
        "func": value.function,
        "args": Sequence(list(arguments.positional), tuple),
        "keywords": Mapping(copy_names(arguments.keywords)),
    }
    return special.get(name)


def _descriptor_attribute(machine: Machine, value: Descriptor, name: str) -> Value | None:
    if name in {"setter", "getter", "deleter"}:
        return Action(name, lambda _: value)
    return _find(machine, value.function, name)


def module_attribute(machine: Machine, module: Module, name: str) -> Value | None:
    """Return an attribute of a module: one of its names, a submodule, or a lazy attribute."""
    if name in module.scope.names:
        return module.scope.names[name]
    if name == "__dict__":
        return containers.namespace_of(module)
    submodule = machine.load(f"{module.name}.{name}")
    if submodule is not None:
        return submodule
    hook = module.scope.names.get("__getattr__")
    if isinstance(hook, Function) and not (name.startswith("__") and name.endswith("__")):
        return machine.call(hook, Arguments([Constant(name)]))
    if module.scope.stars:
        return either([External(f"{path}.{name}") for path in module.scope.stars])
    if not module.finished:
        return Pending(module, name)
    return None


def _class_attribute(machine: Machine, cls: Class, name: str) -> Value | None:
    special: dict[str, Value] = {
        "__name__": Constant(cls.name),
        "__qualname__": Constant(cls.qualname),
        "__module__": cls.names.get("__module__", Constant(cls.module.name)),
        "__bases__": Sequence(list(cls.bases), tuple),
        "__mro__": Sequence(mro(cls), tuple),
        "__class__": cls.metaclass or External("builtins.type"),
        "__doc__": cls.names.get("__doc__", NONE),
        "mro": Action("mro", lambda _: Sequence(mro(cls))),
    }
    if name in special:
        return special[name]
    if name == "__dict__":
        return containers.namespace_of(cls)
    if name == "__subclasses__":
        return Action(name, lambda _: Sequence(list(cls.subclasses)))
    found, sure = find_in(cls, name)
    if not sure and isinstance(cls.metaclass, Class):
        from_meta, found_there = find_in(cls.metaclass, name)
        if found_there:
            return _bound(machine, from_meta, name, cls, cls.metaclass)
    if sure and isinstance(found, Descriptor):
        if found.kind == "classmethod":
            return Method(found.function, cls)
        return found.function if found.kind == "staticmethod" else found
    return found if sure else _outside(found, name)


def _outside(base: Value | None, name: str) -> Value | None:
    """Return an attribute that a base outside of the library may have, or that all classes have."""
    if base is None and name in OBJECT_NAMES:
        return External(f"builtins.object.{name}")
    if isinstance(base, External):
        return External(f"{base.path}.{name}")
    return Unknown(base.reason) if isinstance(base, Unknown) else None


def _instance_attribute(machine: Machine, instance: Instance, name: str) -> Value | None:
    if name in instance.attributes:
        return instance.attributes[name]
    if name == "__class__":
        return instance.cls
    if name == "__dict__":
        return Mapping(copy_names(instance.attributes))
    found, sure = find_in(instance.cls, name)
    if not sure:
        hook, has_hook = find_in(instance.cls, "__getattr__")
        if has_hook and hook is not None and name not in keras_paths.NAMES:
            return machine.call(hook, Arguments([instance, Constant(name)]))
        return _outside(found, name)
    return _bound(machine, found, name, instance, instance.cls)


def _bound(
    machine: Machine, found: Value | None, name: str, receiver: Value, cls: Class
) -> Value | None:
    """Bind an attribute of a class to an instance, as Python does."""
    if isinstance(found, Function):
        if name in {"__new__", "__init_subclass__", "__class_getitem__"}:
            return found if name == "__new__" else Method(found, receiver)
        return Method(found, receiver)
    if isinstance(found, Descriptor):
        if found.kind == "classmethod":
            return Method(found.function, receiver.cls if isinstance(receiver, Instance) else cls)
        if found.kind == "property":
            return machine.call(found.function, Arguments([receiver]))
        return found.function
    return found


def _function_attribute(_machine: Machine, function: Function, name: str) -> Value | None:
    if name in function.attributes:
        return function.attributes[name]
    special: dict[str, Value] = {
        "__name__": Constant(function.name),
        "__qualname__": Constant(function.qualname),
        "__module__": Constant(function.module.name),
        "__globals__": containers.namespace_of(function.module) or NONE,
        "__doc__": NONE,
        "__dict__": Mapping(copy_names(function.attributes)),
        "__defaults__": Sequence(list(function.defaults), tuple),
    }
    return special.get(name)


def assign(machine: Machine, target: Value, name: str, value: Value) -> None:
    """Carry out `target.name = value`."""
    if isinstance(target, Either):
        for option in target.options:
            assign(machine, option, name, value)
        return
    # A library may move a function of Keras to another place of Keras.
    moved = isinstance(value, External) and value.last == name
    if isinstance(target, External) and name in keras_paths.NAMES and not moved:
        machine.tell(f"{target.path}.{name} is replaced, and the replacement is not followed")
    stored = target.attributes if isinstance(target, (Instance, Function)) else None
    if isinstance(target, Module):
        stored = target.scope.names
        target.scope.exports.discard(name)
    elif isinstance(target, Class):
        stored = target.names
    if name in {"__name__", "__qualname__"} and isinstance(target, (Class, Function)):
        _rename(target, name, value)
    elif stored is not None:
        before = stored.get(name)
        # Code in the branch that made the instance runs for every such instance.
        is_sure = isinstance(target, Instance) and target.branch == machine.branch
        is_sure = is_sure or not machine.doubt
        stored[name] = value if is_sure or before is None else either([before, value])


def _rename(target: Class | Function, name: str, value: Value) -> None:
    """Carry out `function.__name__ = value`: it changes the name under which Keras registers it."""
    if isinstance(value, Constant) and isinstance(value.value, str):
        setattr(target, name.strip("_"), value.value)


def has(machine: Machine, value: Value, name: str) -> bool | None:
    """Return the outcome of `hasattr(value, name)`, `None` if it cannot be decided."""
    if isinstance(value, Either):
        outcomes = {has(machine, option, name) for option in value.options}
        return outcomes.pop() if len(outcomes) == 1 else None
    value = unwrapped(value)
    if isinstance(value, Class) and name == "get_config":
        return has_get_config(value)
    found = _find(machine, value, name)
    if found is None:
        return None if isinstance(value, Unknown) else False
    return None if isinstance(found, (External, Unknown, Pending)) else True


RULES: dict[type[Value], Callable[[Machine, Any, str], Value | None]] = {
    Class: _class_attribute,
    Descriptor: _descriptor_attribute,
    External: lambda _, value, name: outside.external(f"{value.path}.{name}"),
    Function: _function_attribute,
    Instance: _instance_attribute,
    Method: _method_attribute,
    Module: module_attribute,
    Partial: _partial_attribute,
    Super: _super_attribute,
    Wrapped: _wrapped_attribute,
}
