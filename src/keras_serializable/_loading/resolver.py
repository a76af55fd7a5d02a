"""The resolver: from a key to the providers that advertise it now, and to its object."""

import os

from keras_serializable._installed.discovery import Discovery
from keras_serializable._keys import SEPARATOR
from keras_serializable._loading.loader import Loader, foresee

TYPE_CHECKING = False
if TYPE_CHECKING:
    from keras_serializable._installed.index import Index
    from keras_serializable._loading.policy import Policy
    from keras_serializable._providers import Provider
    from keras_serializable._registry.registered import Receiver

    Place = tuple[object, object]


class Resolver:
    """Finds the object of a key by importing what advertises it."""

    __slots__ = ("_loader", "_operator", "discovery", "policy")

    def __init__(self, discovery: Discovery, operator: "Policy | None" = None) -> None:
        self.discovery = discovery
        # What one of the two policies refuses is refused; `None` has no rule.
        self.policy: Policy | None = None  # of the program
        self._operator = operator  # of the environment: a program cannot lift it
        self._loader = Loader()

    def resolve(
        self, key: str, receiver: "Receiver", place: "Place | None" = None
    ) -> object | None:
        """Return the object of a key, or of a place that a file states; `None` for a miss."""
        policies = self.policies()
        if policies and not all(policy.discovery for policy in policies):
            return None
        index, providers, defined = self._advertised(key, place)
        if not (providers or defined or policies or index.hook_plugins):
            return None
        return self._loader.load(index, key, providers, defined, receiver, policies)

    def foresee(
        self, key: str, place: "Place | None" = None, root: str | None = None
    ) -> "list[tuple[str, Provider]]":
        """Return which providers `resolve` would import in turn, each with its key; import nothing.

        It imports the second only if the first fails. `root` is the Keras that would ask. Hooks are
        not asked, because that would import them. An error of the rules is raised.
        """
        if self.is_switched_off():
            return []
        index, providers, defined = self._advertised(key, place)
        return foresee(index, key, providers, defined, self.policies(), root)

    def is_switched_off(self) -> bool:
        """Return whether a policy has switched discovery off."""
        return not all(policy.discovery for policy in self.policies())

    def _advertised(
        self, key: str, place: "Place | None"
    ) -> "tuple[Index, tuple[Provider, ...], tuple[Provider, ...]]":
        """Return the index of now, the providers of a key, and those of a place."""
        # What was installed or removed since the last scan counts.
        self.discovery.refresh_if_changed()
        index = self.discovery.index
        if place is None:
            return index, index.find(key), ()
        is_named = SEPARATOR in key or place[1] == key
        defined = index.defined_at(*place) if is_named else ()
        return index, index.find(key, place[0]), defined

    def refresh(self) -> None:
        """Scan the path, whether it has changed or not, and forget what failed."""
        self.discovery.refresh()
        self._loader.forget_failures()

    def policies(self) -> "tuple[Policy, ...]":
        """Return the policies that are in force: the operator's, then the program's."""
        if self._operator is None and self.policy is None:  # 0.3 us saved in the usual case
            return ()
        return tuple(policy for policy in (self._operator, self.policy) if policy is not None)

    def advertised_keys(self, name: str) -> "list[str]":
        """Return the advertised keys of any package whose name part is `name`, sorted."""
        return sorted(self.discovery.current().names(f"{SEPARATOR}{name}"))

    def explain(self, key: str, module: "str | None" = None) -> str:
        """Return why a key was not found, and what to do; `module` is what the file names."""
        # 10 ms, which programs without a missing key save.
        from keras_serializable._loading import explanations  # noqa: PLC0415

        if self.is_switched_off():
            return explanations.explain_without_discovery(key)
        index, problems = self.discovery.current(), self.discovery.problems()
        failures = self._loader.failures.copy()
        obstacles = self._loader.obstacles(index, key, self.policies())
        return "\n".join([explanations.explain(key, index, problems, failures, module), *obstacles])


def of_this_process() -> Resolver:
    """Return a resolver for `sys.path`, under the environment variables of the operator."""
    return Resolver(Discovery(), _operator_policy())


def _operator_policy() -> "Policy | None":
    # This is `environment_variables.PREFIX`, whose import would take 0.1 ms. Small letters count
    # too, because a misspelt variable is an error.
    if not any(name.upper().startswith("KERAS_SERIALIZABLE_") for name in os.environ):
        return None
    # 1 ms, which programs without a variable save.
    from keras_serializable._loading.policy import Policy  # noqa: PLC0415

    return Policy.from_environment()
