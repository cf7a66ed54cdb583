#!/usr/bin/env bash
# Write requirements.lock (run time) and requirements-dev.lock (plus what the tests need), every file hashed.
# torch is left out: the Makefile installs it by version, because the hash of its CPU build differs from index to index,
# and with it the CUDA packages that its other builds would ask for.
set -euo pipefail
cd "$(dirname "$0")/.."
skip=(torch triton cuda-bindings cuda-pathfinder cuda-toolkit)
drop=()
for name in "${skip[@]}"; do drop+=(--no-emit-package "$name"); done
compile() {
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
    "${drop[@]}" pyproject.toml --group build "$@" | awk '
      /^[a-z0-9]/ { keep = ($0 !~ /^(nvidia-|cuda-|triton)/) }
      keep || !/^[ a-z0-9]/ { print }'
}
compile > requirements.lock.new
compile --group dev --extra tune > requirements-dev.lock.new
mv requirements.lock.new requirements.lock
mv requirements-dev.lock.new requirements-dev.lock
