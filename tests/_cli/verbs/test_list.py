"""`list`: what is advertised."""

from distributions import install_example


def test_table(site, run, knowledge):
    """Each entry point has a line, with its distribution and what is special about it."""
    install_example(site, "decorated")
    install_example(site, "package")
    done = run("list", "--all")
    lines = [line.split() for line in done.out.splitlines()]
    assert lines[0] == ["NAME", "VALUE", "DISTRIBUTION"]
    assert ["acme>Scale", "acme_layers:Scale", "acme-layers", "1.2"] in lines
    assert ["acme", "acme", "acme", "1.2", "every", "key", "of", "the", "package"] in lines
    assert [
        "Custom>TCN",
        "tcn:TCN",
        "[keras-tcn]",
        "knowledge",
        "1.0",
        "not",
        "installed:",
        "keras-tcn>=3",
    ] in lines
    assert done.code == 0


def test_what_is_not_installed(site, run, knowledge):
    """Keys of libraries that are not installed are counted, unless somebody asks for them."""
    line = "Not shown: 1 of libraries that are not installed. `list --all` shows them."
    assert run("list").out == f"{line}\n"
    install_example(site, "decorated")
    lines = run("list").out.splitlines()
    assert lines[-1] == line
    assert "Custom>TCN" not in " ".join(lines)
    for arguments in (["--all"], ["TCN"], ["--json"]):
        assert "Custom>TCN" in run("list", *arguments).out


def test_patterns(site, run, knowledge):
    """A part of a key or of a distribution's name, or a pattern."""
    install_example(site, "decorated")

    def names(pattern):
        return [each["name"] for each in run("list", pattern, "--json").json["providers"]]

    assert names("acme>*") == names("scale") + names("double") == ["acme>Scale", "acme>double"]
    assert names("Knowl") == names("*TCN") == ["Custom>TCN"]
    assert names("acme-layers") == ["acme>Scale", "acme>double"]
    done = run("list", "nothing-like-it")
    assert done == (1, "Nothing like 'nothing-like-it' is advertised by what is installed.\n", "")


def test_hostile_metadata(site, run):
    """Control characters of metadata do not reach a terminal."""
    folder = site / "evil-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Name: evil\x1b[2J\nVersion: 1.0\n\n")
    (folder / "entry_points.txt").write_text("[keras_serializable]\na>\x1b[31mB = m:B\n")
    done = run("list", "evil")
    assert "\x1b" not in done.out
    assert "a>\\x1b[31mB" in done.out
