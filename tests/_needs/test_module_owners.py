"""Module owners: which distributions hold a module."""

from distributions import install

from keras_serializable._needs.module_owners import ModuleOwners


def record(site, name, version, *files):
    """Install a distribution whose RECORD lists its files."""
    install(site, name, version, {}, dict.fromkeys(files, ""))
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    (folder / "RECORD").write_text("".join(f"{file},,\n" for file in files))


def test_lines(site):
    """A module has the line of its distribution, at any depth."""
    record(site, "acme-layers", "1.2", "acme/__init__.py", "acme/layers.py")
    owners = ModuleOwners()
    assert list(owners.lines_of("acme.layers")) == ["acme-layers==1.2"]
    assert list(owners.lines_of("acme")) == ["acme-layers==1.2"]
    for module in ("json", "__main__", "no_such_module", "", None):
        assert list(owners.lines_of(module)) == []


def test_shared_top_level(site):
    """Of several distributions with one top-level package, the one that holds the file."""
    record(site, "acme-one", "1.0", "shared_acme/one.py")
    record(site, "acme-two", "2.0", "shared_acme/two.py")
    import shared_acme.two  # noqa: F401 -- it is looked up by its name

    assert list(ModuleOwners().lines_of("shared_acme.two")) == ["acme-two==2.0"]
    lines = set(ModuleOwners().lines_of("shared_acme.three"))
    assert lines == {"acme-one==1.0", "acme-two==2.0"}
