"""The resolver of a process: it is that of the default registry, under the operator's variables."""

from distributions import install

CODE = """
import keras_serializable as ks
print(ks.get_registered_object("acme>f"))
from keras_serializable._loading.process import resolver
print([each.name for each in resolver.discovery.current() if each.name == "acme>f"])
ks.set_policy(policy := ks.Policy(strict=True))
print(resolver.policy is policy)
"""


def test_one_resolver_for_the_public_functions(tmp_path, fresh):
    """The public functions share one resolver: it obeys the variables and the program's policy."""
    install(tmp_path / "site", "acme", "1.2", {"acme>f": "acme_m:f"})
    off = {"KERAS_SERIALIZABLE_DISCOVERY": "0"}
    assert fresh(CODE, tmp_path / "site", **off).splitlines() == ["None", "['acme>f']", "True"]
