"""Tests for the check that a built wheel has the table."""

import pytest
from distributions import install

SYSTEM = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
PROJECT = f"""
{SYSTEM}
[project]
name = "acme"
version = "1.0"

[tool.hatch.build.targets.wheel]
include = ["acme.py"]
"""
TABLE = '\n[project.entry-points.keras_serializable]\n"acme>Plain" = "acme:Plain"\n'
CODE = """
class Plain:
    def get_config(self):
        return {}
"""


@pytest.mark.parametrize(
    ("project", "parts"),
    [
        (PROJECT + TABLE, ()),
        (PROJECT, ("The wheel of acme (+) has other entry points", "- acme>Plain = acme:Plain")),
        (PROJECT + TABLE.replace("acme:P", "acme:Old"), ("+ acme>Plain = acme:Oldlain",)),
        (
            PROJECT.replace("version", "varsion") + TABLE,
            ("acme cannot be built: ValueError: Field `project.version`",),
        ),
        (
            PROJECT.replace('"acme.py"', "3") + TABLE,
            ("acme cannot be built: TypeError: ", "instead: `python -m build`"),
        ),
        (PROJECT.replace('"acme"', '"bolt"'), None),
        (PROJECT.replace('["hatchling"]', '["hatchling", "nowhere-to-be-found"]'), None),
        (PROJECT.replace("hatchling", "nowhere_to_be_found"), None),
    ],
    ids=[
        "right",
        "no table",
        "another table",
        "no metadata",
        "no build",
        "another project",
        "a requirement",
        "no backend",
    ],
)
def test_wheel(run_suite, tmp_path, project, parts):
    """The table of the wheel is that of the installed distribution; else the check says how not."""
    site = install(tmp_path, "acme", {"acme>Plain": "acme:Plain"}, {"acme.py": CODE})
    run = run_suite(
        site,
        {"distribution": "acme"},
        *("-k", "wheel"),
        files={"acme.py": CODE},
        before=project,
        PIP_NO_INDEX="1",
    )
    name = "wheel_has_the_table[acme]"
    expected = "skipped" if parts is None else "failed" if parts else "passed"
    assert run.outcomes[name] == expected, run.output
    for part in parts or ():
        assert part in run.texts[name]
