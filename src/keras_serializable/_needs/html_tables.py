"""HTML tables, as Jupyter shows them for values that have `_repr_html_`."""

from keras_serializable._providers import Provider
from keras_serializable._texts import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_LEFT = ' style="text-align: left"'


def html_table(columns: "Iterable[str]", rows: "Iterable[Iterable[str]]", title: str = "") -> str:
    """Return an HTML table; whatever a cell holds, it is shown as text.

    Example:
        >>> print(html_table(["key"], [["a>B"]]).count("a&gt;B"))
        1
    """
    lines = ["<table>"]
    if title:
        lines.append(f"<caption{_LEFT}>{_cell(title)}</caption>")
    lines.append(_row("th", columns))
    lines += [_row("td", row) for row in rows]
    return "\n".join([*lines, "</table>"])


class ProviderList(list[Provider]):
    """A list of providers that Jupyter shows as a table."""

    def _repr_html_(self) -> str:
        columns = ("name", "value", "distribution", "needs")
        return html_table(columns, map(_row_of, self))


def _row_of(provider: Provider) -> "tuple[str, ...]":
    needs = ", ".join(provider.requirements)
    if provider.missing:
        needs = f"not installed: {', '.join(provider.missing)}"
    return provider.name, provider.value, str(provider.distribution), needs


def _row(tag: str, cells: "Iterable[str]") -> str:
    return f"<tr>{''.join(f'<{tag}{_LEFT}>{_cell(each)}</{tag}>' for each in cells)}</tr>"


def _cell(text: str) -> str:
    import html  # noqa: PLC0415 -- 8 ms; and providers() must work even if imports fail

    return html.escape(escaped(text, 1000))
