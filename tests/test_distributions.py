"""The distributions that are checked in for tests."""

import importlib_metadata
import pytest
from distributions import GROUP, HOOK_GROUP, INSTALLED

from keras_serializable._installed.discovery import Discovery

FOLDERS = sorted(folder for folder in INSTALLED.iterdir() if list(folder.glob("*.dist-info")))


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_checked_in_distributions(folder):
    """Each distribution is sound, and is found with all of its entry points."""
    discovery = Discovery([str(folder)])
    assert discovery.problems() == []
    found = {(each.name, each.value) for each in [*discovery.index, *discovery.index.hook_plugins]}
    expected = {
        (entry_point.name, entry_point.value)
        for distribution in importlib_metadata.distributions(path=[str(folder)])
        for group in (GROUP, HOOK_GROUP)
        for entry_point in distribution.entry_points.select(group=group)
    }
    assert found == expected
    assert found
