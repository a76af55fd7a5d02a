"""Scopes: nesting, threads and tasks."""

import asyncio
import contextvars
import threading

import pytest

from keras_serializable import CustomObjectScope, Registry, custom_object_scope
from keras_serializable._registry.scope import scoped_objects


def one():
    """Stand for an object."""


def two():
    """Stand for another object."""


def test_scope():
    """An object is known inside the block and nowhere else."""
    registry = Registry()
    with CustomObjectScope({"a": one}):
        assert registry.get_registered_object("a") is one
    assert registry.get_registered_object("a") is None


def test_one_class_with_two_names():
    """Keras has both names."""
    assert custom_object_scope is CustomObjectScope


def test_before_what_is_registered():
    """A scope goes before registered objects and before what the caller passes."""
    registry = Registry()
    registry.get_custom_objects()["a"] = two
    with CustomObjectScope({"a": one}):
        assert registry.get_registered_object("a", {"a": two}, {"a": two}) is one


def test_nesting_merges():
    """Inner scopes add to outer ones and go before them."""
    registry = Registry()
    with CustomObjectScope({"a": one, "b": one}):
        with CustomObjectScope({"b": two}):
            assert registry.get_registered_object("a") is one
            assert registry.get_registered_object("b") is two
        assert registry.get_registered_object("b") is one


def test_several_dictionaries():
    """A later dictionary goes before an earlier one; `None` stands for none."""
    with CustomObjectScope({"a": one, "b": one}, None, {"b": two}):
        assert scoped_objects() == {"a": one, "b": two}
    with CustomObjectScope():
        assert scoped_objects() == {}


def test_the_dictionaries_stay():
    """The caller's dictionaries are neither kept nor changed."""
    outer, inner = {"a": one}, {"b": two}
    with CustomObjectScope(outer), CustomObjectScope(inner):
        inner["c"] = two
        assert scoped_objects() == {"a": one, "b": two}
    assert (outer, inner) == ({"a": one}, {"b": two, "c": two})


def test_after_an_exception():
    """A block that raises is left like any other, and the exception goes on."""
    with pytest.raises(KeyError, match="x"), CustomObjectScope({"a": one}):
        raise KeyError("x")
    assert scoped_objects() == {}


def test_enter_gives_the_scope():
    """``as`` names the scope itself."""
    scope = CustomObjectScope({"a": one})
    with scope as entered:
        assert entered is scope


def test_one_object_twice():
    """A scope can be entered again, also inside itself."""
    scope = CustomObjectScope({"a": one})
    with scope:
        with scope:
            assert scoped_objects() == {"a": one}
        assert scoped_objects() == {"a": one}
    with scope:
        assert scoped_objects() == {"a": one}
    assert scoped_objects() == {}


def test_exit_without_enter():
    """Leaving what was never entered changes nothing."""
    CustomObjectScope({"a": one}).__exit__(None, None, None)
    assert scoped_objects() == {}


def test_exit_before_any_enter(fresh):
    """Leaving a scope changes nothing in a process that has not opened one yet."""
    code = """
from keras_serializable._registry.scope import CustomObjectScope, scoped_objects
CustomObjectScope({"a": 1}).__exit__(None, None, None)
print(scoped_objects())
"""
    assert fresh(code) == "{}\n"


def test_threads():
    """A thread sees its own scopes alone, also through one scope object."""
    shared = CustomObjectScope({"a": one})
    inside, leave = threading.Barrier(3), threading.Event()
    seen = {}

    def run(name):
        seen[name, "before"] = dict(scoped_objects())
        with shared, CustomObjectScope({name: two}):
            inside.wait(10)
            seen[name] = dict(scoped_objects())
            leave.wait(10)
        seen[name, "after"] = dict(scoped_objects())

    threads = [threading.Thread(target=run, args=(name,)) for name in "xy"]
    with CustomObjectScope({"main": one}):
        for thread in threads:
            thread.start()
        inside.wait(10)
        seen["main"] = dict(scoped_objects())
        leave.set()
        for thread in threads:
            thread.join(10)
    assert seen == {
        "main": {"main": one},
        "x": {"a": one, "x": two},
        "y": {"a": one, "y": two},
        **{(name, when): {} for name in "xy" for when in ("before", "after")},
    }


def test_tasks():
    """A task has the scopes of where it was made, and its own; others do not see them."""

    async def inner(name, others):
        before = dict(scoped_objects())
        with CustomObjectScope({name: two}):
            await others.wait()
            return before, dict(scoped_objects())

    async def outer():
        go = asyncio.Event()
        with CustomObjectScope({"outer": one}):
            tasks = [asyncio.create_task(inner(name, go)) for name in "xy"]
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            here = dict(scoped_objects())
        go.set()
        return [here, dict(scoped_objects()), *[await task for task in tasks]]

    here, after, x, y = asyncio.run(outer())
    assert here == {"outer": one}
    assert after == {}
    assert x == ({"outer": one}, {"outer": one, "x": two})
    assert y == ({"outer": one}, {"outer": one, "y": two})


def test_to_thread():
    """A thread that is started with a copy of the context has the scopes of that context."""
    with CustomObjectScope({"a": one}):
        context = contextvars.copy_context()
    found = []
    thread = threading.Thread(target=context.run, args=(lambda: found.append(scoped_objects()),))
    thread.start()
    thread.join()
    assert found == [{"a": one}]
