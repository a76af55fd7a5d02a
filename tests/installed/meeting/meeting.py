"""Threads that meet in the middle of an import, arranged to the step."""

import sys
import time


def wait_until_waiting(thread, depth=1):
    """Return when a thread waits for a module, in the last of `depth` imports inside each other."""
    for _ in range(2000):
        time.sleep(0.005)
        frame, codes = sys._current_frames().get(thread.ident), []
        while frame:
            codes.append(frame.f_code)
            frame = frame.f_back
        waits = bool(codes) and codes[0].co_filename.startswith("<frozen importlib")
        if waits and sum(code.co_name == "import_module" for code in codes) == depth:
            return
