"""The scan: source code goes in, the keys that it registers come out; nothing is imported."""
