"""Language-model engines behind one protocol; `registry.build_engine` makes them by name."""
