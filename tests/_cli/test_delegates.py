"""Verbs of other distributions."""

import pathlib

import click
import pytest
from distributions import lay

from keras_serializable._cli.command import VERBS
from keras_serializable._cli.delegates import Delegate

PLUGINS = pathlib.Path(__file__).parents[2] / "plugins"
MODULE = """
def add_arguments(parser):
    parser.add_argument("source", nargs="*")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("-n", type=int, default=0)

def run(options):
    print(options.source, options.json, options.n)
    return options.n
"""


@pytest.fixture
def delegate(site):
    """Return what runs a verb of a distribution that is installed."""
    lay(site, {"acme_verbs": {"__init__.py": MODULE, "broken.py": "import no_such_module"}})
    return Delegate("acme-verbs", "acme_verbs")


def call(delegate, *arguments):
    """Run the command of a delegate; return its exit code."""
    command = delegate.command("scan", "Scan.")
    return command.main(list(arguments), prog_name="ks scan", standalone_mode=False)


def test_all_arguments_are_handed_on(delegate, capsys):
    """Arguments and options reach the other distribution, and its exit code comes back."""
    assert call(delegate, "a", "b", "--json", "-n", "1") == 1
    assert capsys.readouterr().out == "['a', 'b'] True 1\n"
    assert call(delegate, "-n0", "--", "--x") == 0
    assert capsys.readouterr().out == "['--x'] False 0\n"


def test_help(delegate, capsys):
    """Its help is that of the other distribution."""
    assert call(delegate, "--help") == 0
    assert "usage: ks scan" in capsys.readouterr().out


def test_completion(delegate):
    """A shell completes its options, and files."""
    command = delegate.command("scan", "Scan.")
    context = click.Context(command)
    assert [each.value for each in command.shell_complete(context, "--")] == ["--help", "--json"]
    assert [each.value for each in command.shell_complete(context, "--j")] == ["--json"]
    assert command.shell_complete(context, "src")[0].type == "file"
    missing = Delegate("acme-verbs", "no_such_verbs.scan").command("scan", "Scan.")
    assert [each.value for each in missing.shell_complete(context, "-")] == ["--help"]


def test_wrong_use(delegate):
    """Its wrong use is an error of the command."""
    with pytest.raises(click.UsageError, match="invalid int value"):
        call(delegate, "-n", "x")


def test_not_installed():
    """Where the distribution is missing, the error says what to install, also from a clone."""
    with pytest.raises(click.ClickException) as caught:
        call(Delegate("acme-verbs", "no_such_verbs.scan"))
    assert caught.value.message == (
        '`ks scan` is in acme-verbs: pip install "keras-serializable[author]", '
        "or in a clone pip install ./plugins/acme-verbs"
    )


def test_each_distribution_is_in_the_clone():
    """The folder that the error names for a clone holds the distribution."""
    delegates = [place for place, _ in VERBS.values() if isinstance(place, Delegate)]
    assert delegates
    for delegate in delegates:
        project = PLUGINS / delegate.distribution / "pyproject.toml"
        assert f'name = "{delegate.distribution}"' in project.read_text("utf-8")


def test_broken(delegate):
    """Where the distribution is there and broken, its own error is shown."""
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        call(Delegate("acme-verbs", "acme_verbs.broken"))
