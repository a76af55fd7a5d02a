"""The scan: source code goes in, the keys that it registers come out; nothing is imported.

The modules, from the lowest to the highest; each imports only lower ones
(`values` and `scopes` name each other's types):

- `places`, `sources`, `values`, `scopes`: what the others pass around.
- `kerases`, `describe`, `reach`, `record`: what is known of Kerases, and what is noted.
- `machine`: the state of an evaluation, and the operations that its parts offer each other.
- `classes`, `truth`, `registrars`, `containers`, `container_methods`, `outside`, `attributes`,
  `known_containers`, `known`, `functions`, `calls`: what can be done with values.
- `operators`, `targets`, `comprehensions`, `expressions`, `branches`, `loops`, `imports`,
  `statements`: what each piece of syntax does.
- `evaluator`: the machine with its parts in place; it runs every module of a library.
- `paths`, `unregistered`, `unrun`, `result`, `entries`: from what was noted to a table.
- `scan`: the whole way.
"""
