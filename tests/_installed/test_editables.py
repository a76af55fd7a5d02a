"""Editable installs in a process that runs already: what makes their modules importable."""

import os
import sys

import pytest
from distributions import Link, install, lay

from keras_serializable import ProviderImportError
from keras_serializable._installed import editables
from keras_serializable._installed.editables import unprocessed_pth, unprocessed_pth_imports


@pytest.fixture
def source(tmp_path):
    """Return the directory of a project's source, which is not on the path."""
    lay(tmp_path / "src", {"acme_m.py": "", "acme_p": {"__init__.py": ""}})
    return tmp_path / "src"


def test_the_advice(site, source):
    """The advice names the directory or the finder, and says to restart the process."""
    (site / "acme.pth").write_text(f"{source}\nimport __editable___bolt_1_2_finder; x.install()\n")
    assert editables.advice_on("acme_m.layers") == (
        f"The module 'acme_m' is in {source}. This process has not read the .pth file that names "
        "this directory, as after an editable install. Restart the process, or call "
        f"site.addsitedir('{source}')."
    )
    assert editables.advice_on("bolt") == (
        "The module 'bolt' is found by '__editable___bolt_1_2_finder'. This process has not read "
        "the .pth file that imports this finder, as after an editable install. Restart the "
        "process, or call site.addsitedir() with the directory of that file."
    )
    assert editables.advice_on("cord") is None


@pytest.mark.parametrize("module", ["acme_m", "acme_p", "acme_p.layers"])
def test_a_directory(site, source, module):
    """The directory in the .pth file is returned if it has the module."""
    (site / "acme.pth").write_text(f"{source}\n")
    assert editables.directory_of(module) == str(source)
    assert editables.finder_of(module) is None


def test_a_finder(site):
    """The module that a .pth file imports is returned if the name of the module is in its name."""
    (site / "acme.pth").write_text("import __editable___acme_m_1_2_finder; x.install()\n")
    assert editables.finder_of("acme_m.layers") == "__editable___acme_m_1_2_finder"
    assert editables.directory_of("acme_m.layers") is None


def test_others(site, source, monkeypatch):
    """Nothing is returned without a .pth file, or if its directory is on the path already."""
    (site / "acme.pth").write_text(f"{source}\nimport no_such_finder\n")
    assert editables.directory_of("bolt_m") is editables.finder_of("bolt_m") is None
    monkeypatch.syspath_prepend(source)
    assert editables.directory_of("acme_m") is editables.finder_of("acme_m") is None


def test_the_error_of_a_provider(site, registry, source):
    """The error of a provider has the remedy each time, and does not suggest refresh()."""
    install(site, "acme", "1.2", {"acme>Scale": "acme_m:Scale"})
    (site / "acme.pth").write_text(f"{source}\n")
    for _ in range(2):
        with pytest.raises(ProviderImportError, match=r"site\.addsitedir\(") as caught:
            registry.get_registered_object("acme>Scale")
        assert "refresh()" not in str(caught.value)


def test_the_error_of_another_module(site, registry, source):
    """A dependency of the provider that is missing has nothing to do with the editable install."""
    install(
        site, "bolt", "1.2", {"bolt>Scale": "bolt_m:Scale"}, {"bolt_m.py": "import no_such_module"}
    )
    (site / "acme.pth").write_text(f"{source}\n")
    with pytest.raises(ProviderImportError, match=r"has the module 'no_such_module', or"):
        registry.get_registered_object("bolt>Scale")


@pytest.mark.thread_unsafe(reason="changes sys.path")
class TestPth:
    """What ``.pth`` files ask for and the process has not done."""

    @pytest.fixture
    def site(self, tmp_path):
        """Return a directory with the ``.pth`` files of editable installs and others."""
        for name in ("source", "other", "known", "relative"):
            (tmp_path / name).mkdir()
        lay(
            tmp_path / "site",
            {
                "__editable__.acme-1.0.pth": f"{tmp_path / 'source'}\n",
                "__editable__.bolt-1.0.pth": "import __editable___bolt_1_0_finder; x()\n",
                "more.pth": f"# {tmp_path}\n\n{tmp_path / 'other'}  \r\n../relative\n/no/such",
                "known.pth": f"{tmp_path / 'known'}\nimport os, sys, t_absent.part as x; y()",
                "odd.pth": "import\tos\nimport\nnul\0byte\nimport ;\n",
                ".hidden.pth": str(tmp_path),
                "binary.pth": b"\xff\xfe\n" * 100,
                "folder.pth": {},
                "circle.pth": Link("circle.pth"),
                "not-pth.txt": str(tmp_path),
            },
        )
        os.mkfifo(tmp_path / "site" / "fifo.pth")
        return tmp_path / "site"

    def test_directories(self, tmp_path, site, monkeypatch):
        """Directories that exist and are not on the path are returned, each once."""
        monkeypatch.syspath_prepend(tmp_path / "known")
        odd = [None, b"bytes", "nul\0", "\ud800", ["list"], str(tmp_path / "nowhere")]
        expected = [tmp_path / "source", tmp_path / "other", site / "../relative"]
        assert unprocessed_pth([*odd, str(site), str(site)]) == [str(each) for each in expected]
        for name in ("source", "other", "relative"):
            monkeypatch.syspath_prepend(tmp_path / name)
        sys.path[:0] = odd
        assert unprocessed_pth([str(site)]) == []

    def test_imports(self, site):
        """Modules that a line imports and that are not imported are returned."""
        assert unprocessed_pth_imports([str(site)]) == [
            "__editable___bolt_1_0_finder",
            "t_absent.part",
        ]

    def test_a_huge_file(self, tmp_path):
        """Of a file of a terabyte only the beginning is read."""
        lay(tmp_path, {"huge.pth": f"{tmp_path}\n"})
        os.truncate(tmp_path / "huge.pth", 2**40)
        assert unprocessed_pth([str(tmp_path)]) == [str(tmp_path)]
