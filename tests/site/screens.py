"""Show each page of the documentation in Chromium, as a desktop and a phone do; find what is cut.

Takes the folder of the built pages and a folder for the screenshots. Prints what does not fit, and
ends with exit code 1 if anything does not.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTHS = {"desktop": 1280, "phone": 390}
SCHEMES = ("light", "dark")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A browser in a container needs the first, one without a network the others.
OPTIONS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")

# The elements of the article that reach beyond the screen, or hold more than they show.
TOO_WIDE = r"""() => {
  const wide = [];
  for (const each of document.querySelectorAll("article :is(table, pre, img, svg)")) {
    const fits = each.getBoundingClientRect().right <= innerWidth + 1;
    if (!fits || (each.tagName === "PRE" && each.scrollWidth > each.clientWidth + 1))
      wide.push(`${each.tagName}: ${each.textContent.trim().split("\n")[0].slice(0, 60)}`);
  }
  const page = document.scrollingElement;
  if (page.scrollWidth > page.clientWidth) wide.push(`the page is ${page.scrollWidth} wide`);
  return wide;
}"""


def main(pages, screens):
    """Take a screenshot of each page at each width in each scheme; return what does not fit."""
    screens.mkdir(parents=True, exist_ok=True)
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        sys.exit("This needs Chromium. On Debian: apt-get install chromium")
    cut = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(OPTIONS))
        for device, width in WIDTHS.items():
            for scheme in SCHEMES:
                viewport = {"width": width, "height": 900}
                page = browser.new_page(viewport=viewport, color_scheme=scheme)
                for file in sorted(pages.rglob("*.html")):
                    page.goto(file.resolve().as_uri())
                    wide = page.evaluate(TOO_WIDE)
                    cut += [f"{file.name} on a {device}, {scheme}: {each}" for each in wide]
                    name = "-".join(
                        (*file.relative_to(pages).with_suffix("").parts, device, scheme)
                    )
                    page.screenshot(path=screens / f"{name}.png", full_page=True)
        browser.close()
    return cut


if __name__ == "__main__":
    found = main(*map(Path, sys.argv[1:]))
    print("\n".join(found) or "Everything fits.")  # noqa: T201 -- what the session is for
    sys.exit(bool(found))
