"""The scan: it reads source code and finds the keys that the code registers. Nothing is imported.

The modules from the lowest to the highest. Each imports only lower ones. (`values` and `scopes` use
each other's types.)

- `places`, `sources`, `values`, `scopes`: the data that all others use.
- `keras_paths`, `descriptions`, `reach`, `record`: the names of Kerases, and the notes of a scan.
- `machine`: the state of an evaluation, and the operations that the modules below it offer.
- `classes`, `truth`, `registrars`, `containers`, `container_methods`, `outside`, `attributes`,
  `known_containers`, `known_functions`, `functions`, `calls`: operations on values.
- `operators`, `targets`, `comprehensions`, `expressions`, `branches`, `loops`, `imports`,
  `statements`: one module for each part of Python's syntax.
- `evaluator`: the complete machine, which runs every module of a library.
- `paths`, `unregistered`, `uncalled`, `result`, `entries`: from the notes to the table.
- `scan`: all steps together.
"""
