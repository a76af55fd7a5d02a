"""Look 300 keys up in 64 threads while everything around them changes.

    python stress.py [--seed N] [--seconds 20] [--only bare|keras|importing]

Rounds of fresh processes (`threads.py`) run until the seconds are over: with no Keras, with the
installed one, and while the threads are importing it. Each prints its seed; `--seed N` repeats what
the threads choose to do, though not how the system interleaves them. The exit status is 1 after an
error, a key with two objects, a module that was imported twice, or a process that hangs, whose
stacks are shown.
"""

# ruff: noqa: T201 -- a command prints
import argparse
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

VARIANTS = ("bare", "keras", "importing")
LIMIT = 120  # seconds for a round: several times what it takes on a busy machine


def run_round(variant, seed):
    """Run one process, and return whether it went well."""
    with tempfile.TemporaryDirectory() as folder:
        script = str(Path(__file__).with_name("threads.py"))
        command = [sys.executable, "-X", "faulthandler", script, variant, str(seed), folder]
        environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
        try:
            done = subprocess.run(
                [*command, str(LIMIT)],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=LIMIT + 30,
                check=False,
            )
        except subprocess.TimeoutExpired as hanging:
            print(f"{variant}, seed {seed}: HANGS\n{(hanging.output or b'').decode()}")
            return False
    verdict = "ok" if done.returncode == 0 else f"FAILED ({done.returncode})"
    print(f"{variant}, seed {seed}: {verdict}; {done.stdout.strip()}", flush=True)
    return done.returncode == 0


def main():
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, help="the first round's; further rounds count up")
    parser.add_argument("--seconds", type=float, default=20, help="for each variant")
    parser.add_argument("--only", choices=VARIANTS)
    arguments = parser.parse_args()
    first = random.randrange(10**6) if arguments.seed is None else arguments.seed  # noqa: S311
    failed = rounds = 0
    for variant in [arguments.only] if arguments.only else VARIANTS:
        if variant != "bare" and importlib.util.find_spec("keras") is None:
            print(f"{variant}: no Keras is installed, left out")
            continue
        end = time.monotonic() + arguments.seconds
        seed = first
        while seed == first or time.monotonic() < end:
            failed += not run_round(variant, seed)
            rounds += 1
            seed += 1
    print(f"{rounds} rounds from seed {first}, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
