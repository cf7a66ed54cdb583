"""Hardened parsing of bytes: encodings, limits, XML, YAML."""
