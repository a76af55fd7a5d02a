"""What is installed: distributions by name, Kerases."""

from distributions import install

from keras_serializable._needs.installed import core_lines, installed, installed_kerases


def test_by_name(site, resolver):
    """A distribution is found by its name in any spelling."""
    install(site, "Acme.Layers", "1.2")
    index = resolver.discovery.index
    assert str(installed(index, "acme-layers")) == "Acme.Layers 1.2"
    assert installed(index, "acme") is None


def test_kerases(site, resolver):
    """Each installed Keras is told with its version."""
    assert installed_kerases(resolver.discovery.index) == ()
    install(site, "keras", "3.15.1")
    install(site, "tf-keras", "2.21.0")
    resolver.refresh()
    assert installed_kerases(resolver.discovery.index) == ("keras 3.15.1", "tf-keras 2.21.0")


def test_core(site, resolver):
    """What connects programs at their start is needed where it is installed."""
    assert core_lines(resolver.discovery.index, "core==1") == ("core==1",)
    install(site, "keras-serializable-autoload", "0.1")
    resolver.refresh()
    lines = ("core==1", "keras-serializable-autoload==0.1")
    assert core_lines(resolver.discovery.index, "core==1") == lines
