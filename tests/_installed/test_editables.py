"""Editable installs in a process that runs already: what makes their modules importable."""

import pytest
from distributions import install, lay

from keras_serializable import ProviderImportError
from keras_serializable._installed import editables


@pytest.fixture
def source(tmp_path):
    """Return the directory of a project's source, which is not on the path."""
    lay(tmp_path / "src", {"acme_m.py": "", "acme_p": {"__init__.py": ""}})
    return tmp_path / "src"


@pytest.mark.parametrize("module", ["acme_m", "acme_p", "acme_p.layers"])
def test_a_directory(site, source, module):
    """The directory that a .pth file names is told, and what to call."""
    (site / "acme.pth").write_text(f"{source}\n")
    text = editables.remedy(module)
    assert f"is in {source}, which a .pth file names that this process has not read" in text
    assert f"site.addsitedir({str(source)!r})" in text


def test_a_finder(site):
    """So is the module of a finder that a .pth file imports."""
    (site / "acme.pth").write_text("import __editable___acme_m_1_2_finder; x.install()\n")
    text = editables.remedy("acme_m.layers")
    assert "is found by '__editable___acme_m_1_2_finder', which a .pth file imports" in text
    assert "restart the process, or call site.addsitedir()" in text


def test_others(site, source, path):
    """Neither a module of no .pth file is spoken of, nor one whose directory is on the path."""
    (site / "acme.pth").write_text(f"{source}\nimport no_such_finder\n")
    assert editables.remedy("bolt_m") is None
    path(source)
    assert editables.remedy("acme_m") is None


def test_the_error_of_a_provider(site, registry, source):
    """The error of an editable install tells it, also the second time, instead of refresh()."""
    install(site, "acme", "1.2", {"acme>Scale": "acme_m:Scale"})
    (site / "acme.pth").write_text(f"{source}\n")
    for _ in range(2):
        with pytest.raises(ProviderImportError, match=r"site\.addsitedir\(") as caught:
            registry.get_registered_object("acme>Scale")
        assert "refresh()" not in str(caught.value)


def test_the_error_of_another_module(site, registry, source):
    """A module that the provider's own module misses is its own affair."""
    install(
        site, "bolt", "1.2", {"bolt>Scale": "bolt_m:Scale"}, {"bolt_m.py": "import no_such_module"}
    )
    (site / "acme.pth").write_text(f"{source}\n")
    with pytest.raises(ProviderImportError, match=r"refresh\(\) to try again\.$"):
        registry.get_registered_object("bolt>Scale")
