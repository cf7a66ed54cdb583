"""A fourth set: texts as people type them every day; see `bench.unlike`."""
