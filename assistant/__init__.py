"""A fully offline, privacy-preserving domain assistant: right or silent."""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["__version__"]
