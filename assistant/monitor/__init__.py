"""Streams of vital signs and what they trigger."""
