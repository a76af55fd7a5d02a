"""Draws curves over the number of distributions, as SVG by hand: a chart needs no library."""

from math import log10

from contenders import LABELS

WIDTH, HEIGHT = 860, 480
LEFT, RIGHT, TOP, BOTTOM = 62, 200, 20, 52
FONT = 'font-family="system-ui, sans-serif" font-size="13"'
# Readable with any colour vision (Okabe and Ito), ours the strongest; stand-ins are dashed.
LINES = {
    "floor": ("#000000", "2 4"),
    "ours": ("#d55e00", ""),
    "stdlib": ("#0072b2", ""),
    "backport": ("#0072b2", "6 4"),
    "stevedore_uncached": ("#009e73", ""),
    "stevedore_cached": ("#009e73", "6 4"),
    "catalogue_registry": ("#cc79a7", ""),
    "pluggy_manager": ("#e69f00", ""),
    "class_registry_entry_points": ("#56b4e9", ""),
    "sqlalchemy_loader": ("#777777", ""),
}
LABEL_HEIGHT = 17


def draw(curves):
    """Return an SVG of milliseconds by number of distributions, both axes logarithmic.

    Args:
        curves: For each contender, its figures by number of distributions.
    """
    sizes = sorted(next(iter(curves.values())))
    values = [figures.median for by_size in curves.values() for figures in by_size.values()]
    decades = range(_decade(min(values)), _decade(max(values)) + 2)

    def x(size):
        return _between(log10(size), log10(sizes[0]), log10(sizes[-1]), LEFT, WIDTH - RIGHT)

    def y(value):
        return _between(log10(value), decades[0], decades[-1], HEIGHT - BOTTOM, TOP)

    namespace = "http://www.w3.org/2000/svg"
    parts = [
        f'<svg xmlns="{namespace}" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT} role="img">',
        "<title>Milliseconds of the first lookup by number of installed distributions</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#ffffff"/>',
    ]
    for decade in decades:
        for step in range(1, 10) if decade != decades[-1] else (1,):
            height = y(step * 10**decade)
            shade = "#cccccc" if step == 1 else "#f0f0f0"
            parts.append(_line(LEFT, height, WIDTH - RIGHT, height, shade))
        parts.append(_text(LEFT - 8, y(10**decade), f"{10.0**decade:g}", "end"))
    for size in sizes:
        parts.append(_line(x(size), TOP, x(size), HEIGHT - BOTTOM, "#cccccc"))
        parts.append(_text(x(size), HEIGHT - BOTTOM + 16, str(size), "middle"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(_text(middle, HEIGHT - 14, "installed distributions", "middle"))
    parts.append(
        f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" '
        'text-anchor="middle" fill="#333333">first lookup, milliseconds</text>'
    )

    ends = {name: y(by_size[sizes[-1]].median) for name, by_size in curves.items()}
    labels = _spread(ends)
    for name, by_size in curves.items():
        colour, dashes = LINES[name]
        points = " ".join(f"{x(size):.1f},{y(by_size[size].median):.1f}" for size in sizes)
        width = 3.5 if name == "ours" else 2
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}" '
            f'stroke-dasharray="{dashes or "none"}" stroke-linejoin="round"/>'
        )
        edge = WIDTH - RIGHT
        parts.append(_line(edge + 3, ends[name], edge + 16, labels[name], colour))
        weight = "bold" if name == "ours" else "normal"
        parts.append(_text(edge + 20, labels[name], LABELS[name], "start", colour, weight))
    return "\n".join([*parts, "</svg>", ""])


def _decade(value):
    return int(log10(value) // 1)


def _between(value, start, end, first, last):
    """Return where a value lies on an axis."""
    return first + (value - start) / (end - start) * (last - first)


def _spread(ends):
    """Return the heights of the labels: those of the curves' ends, moved apart where they touch."""
    labels = {}
    lowest = TOP
    for name in sorted(ends, key=ends.get):
        labels[name] = lowest = max(ends[name], lowest)
        lowest += LABEL_HEIGHT
    excess = lowest - LABEL_HEIGHT - (HEIGHT - 8)
    highest = HEIGHT - 8
    for name in sorted(ends, key=ends.get, reverse=True) if excess > 0 else ():
        labels[name] = highest = min(labels[name], highest)
        highest -= LABEL_HEIGHT
    return labels


def _line(x1, y1, x2, y2, colour):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x, y, text, anchor, colour="#333333", weight="normal"):
    return (
        f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}" fill="{colour}" '
        f'font-weight="{weight}">{text}</text>'
    )
