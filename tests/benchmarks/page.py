"""Shows what was measured: a table, and a chart, for docs/benchmarks.md."""

import os
import platform
import re
from statistics import median

import matplotlib as mpl

HEADER = ("what", "takes", "compared with", "ratio", "target")
START, END = "<!-- measured by tests/benchmarks/run.py -->\n", "<!-- end of what was measured -->\n"


def table(measured):
    """Return a table in Markdown."""
    lines = [HEADER, ("---", "--:", "---", "--:", "---")]
    for what, unit, values, reference, others, limit in measured:
        figure = median(values)
        cells = [what, f"{_number(figure)} {unit}", "", "", ""]
        if others:
            # The median of the ratios of all rounds.
            figure = median(one / other for one, other in zip(values, others, strict=True))
            cells[2:4] = f"{reference}: {_number(median(others))} {unit}", f"{figure:.3g}"
        if limit is not None:
            cells[4] = f"≤ {_number(limit)}: {'met' if figure <= limit else 'missed'}"
        lines.append(cells)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _number(value):
    """Return a number with three significant digits, and no exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def put_into(page, text):
    """Replace what a page says was measured."""
    machine = (
        f"Measured with {platform.python_implementation()} {platform.python_version()} on "
        f"{platform.system()}, with {os.cpu_count()} processors and a load of "
        f"{os.getloadavg()[-1]:.0f}.\n"
    )
    pattern = re.compile(f"(?<={START}).*?(?={END})", re.DOTALL)
    new, count = pattern.subn(lambda _: f"\n{machine}\n{text}\n\n", page.read_text("utf-8"))
    if not count:
        raise ValueError(f"{page} has no line {START}")
    page.write_text(new, encoding="utf-8")


def draw(file, times):
    """Draw the milliseconds of each contender's first lookup by number of distributions."""
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "benchmarks"  # equal figures give an equal file
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 5), layout="constrained")
    styles = {"floor": "k:", "keras-serializable": "k-"}
    for name in next(iter(times.values())):
        medians = [median(by_name[name]) for by_name in times.values()]
        axes.loglog([*times], medians, styles.get(name, "-"), label=name)
    axes.set(xlabel="installed distributions", ylabel="first lookup, milliseconds")
    axes.set_xticks([*times], map(str, times))
    axes.grid(visible=True, alpha=0.4)
    figure.legend(loc="outside lower center", ncols=3, fontsize="small")
    figure.savefig(file, metadata={"Date": None})
