"""Installs distributions for tests, as an installer leaves them behind."""

import textwrap


def install(site, name, table, files, metadata="", version="1.0"):
    """Write a distribution into a folder: its modules, and metadata with a list of its files."""
    information = f"{name.replace('-', '_')}-{version}.dist-info"
    lines = "\n".join(f"{key} = {value}" for key, value in table.items())
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    tree = {
        **{path: textwrap.dedent(text) for path, text in files.items()},
        f"{information}/METADATA": f"{head}{metadata}",
        f"{information}/entry_points.txt": f"[keras_serializable]\n{lines}\n" if table else "",
    }
    tree[f"{information}/RECORD"] = "".join(f"{path},,\n" for path in tree)
    for path, text in tree.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, encoding="utf-8")
    return site
