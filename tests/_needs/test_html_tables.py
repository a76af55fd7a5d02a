"""HTML tables, as Jupyter shows them."""

import pickle

from keras_serializable import Distribution, Provider, providers
from keras_serializable._needs.html_tables import ProviderList, html_table


def test_cells_are_text():
    """Whatever a cell holds, it is shown as text."""
    text = html_table(["<b>"], [["<script>\x1b[31m&"]], "a<b")
    assert "<script>" not in text
    assert "&lt;script&gt;\\x1b[31m&amp;" in text
    assert "<caption" in text
    assert "a&lt;b" in text
    assert "<caption" not in html_table(["a"], [])


def test_providers_are_a_list():
    """What `providers()` returns is a list, which also shows as a table."""
    found = providers()
    assert isinstance(found, list)
    assert found == [*found]
    assert found._repr_html_().startswith("<table>")
    known = Provider("a>B", "m:B [x]", Distribution("k", "1"), ("x>=1",), ("x>=1",))
    listed = ProviderList([known, Provider("c>D", "n:D", Distribution("n", "2"))])
    assert "not installed: x&gt;=1" in listed._repr_html_()
    assert "n 2" in listed._repr_html_()
    assert pickle.loads(pickle.dumps(listed)) == listed  # noqa: S301 -- our own
