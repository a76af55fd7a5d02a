"""What a measured process runs: `probe.py MODULE.TASK ARGUMENT LIBRARY ENVIRONMENT`.

Prints the task's result as JSON.
"""

import sys

if __name__ == "__main__":
    module, _, task = sys.argv[1].partition(".")
    sys.path += sys.argv[3:]
    result = getattr(__import__(module), task)(sys.argv[2])
    import json

    json.dump(result, sys.stdout)
