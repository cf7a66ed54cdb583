"""What one run of ingest did."""

from __future__ import annotations


