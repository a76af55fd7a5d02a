"""Mutations that cosmic-ray does not have: a statement is gone, or a part of a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Keyword, Newline, PythonNode
from parso.tree import search_ancestor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parso.tree import NodeOrLeaf

    Position = tuple[tuple[int, int], tuple[int, int]]

_COMPOUND = ("if_stmt", "for_stmt", "while_stmt", "with_stmt", "try_stmt")
_SAYING_NOTHING = ("import_name", "import_from", "global_stmt", "nonlocal_stmt")


class RemoveStatement(Operator):
    """Replaces a statement inside a function by ``pass``: a line, or a block with all in it."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Position]:
        """Yield the place of a statement that does something."""
        if search_ancestor(node, "funcdef") is None:
            return
        if node.type == "simple_stmt":
            statement = node.children[0]
            nothing = statement.type in _SAYING_NOTHING or statement.type in ("string", "strings")
            if not nothing and statement.get_code(include_prefix=False) not in ("pass", "..."):
                yield statement.start_pos, statement.end_pos
        elif node.type in _COMPOUND:
            yield node.start_pos, node.end_pos

    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        """Return ``pass`` with what stands before the statement: its indentation and comments."""
        nothing = Keyword("pass", node.start_pos, node.get_first_leaf().prefix)
        return PythonNode("simple_stmt", [nothing, Newline("\n", node.end_pos)])

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Return what it does."""
        return (
            Example("def f():\n    a = 1\n    b()\n", "def f():\n    pass\n    b()\n"),
            Example("def f():\n    if a:\n        b()\n", "def f():\n    pass\n"),
        )


class RemoveOperand(Operator):
    """Removes one side of each ``and`` and ``or``."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Position]:
        """Yield the place of each operand."""
        if node.type in ("and_test", "or_test"):
            for operand in node.children[::2]:
                yield operand.start_pos, operand.end_pos

    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        """Return the node without an operand and without the word beside it."""
        if index == 0:
            node.children[2].get_first_leaf().prefix = node.get_first_leaf().prefix
            del node.children[:2]
        else:
            del node.children[2 * index - 1 : 2 * index + 1]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Return what it does."""
        return (Example("a and b", "b"), Example("a and b", "a", occurrence=1))


class Provider:
    """The operators by name, as cosmic-ray asks for them."""

    def __init__(self) -> None:
        self._operators = {each.__name__: each for each in (RemoveStatement, RemoveOperand)}

    def __iter__(self) -> Iterator[str]:
        """Yield their names."""
        return iter(self._operators)

    def __getitem__(self, name: str) -> type[Operator]:
        """Return one."""
        return self._operators[name]
