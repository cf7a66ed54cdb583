#!/usr/bin/env bash
# One session of the command line under strace: init, ingest, ask, chat, redact, docs delete, prove-erased, backup, audit.
# `strace_check.py` then judges every network call and every file opened for writing.
#
# Usage: tools/strace_session.sh [ENGINE]      (llamacpp, ctransformers or extractive; default llamacpp)
# Needs strace (Debian package) and the models in the model store. Exit code 1 where anything left the machine or the vault.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
python="${PYTHON:-$root/.venv/bin/python}"
engine="${1:-llamacpp}"
command -v strace > /dev/null || { echo "strace is not installed" >&2; exit 2; }
models="${ASSISTANT_MODELS:-$("$python" -c 'from assistant.config import model_store; print(model_store())')}"

site="$(mktemp -d)"
trap 'rm -rf "$site"' EXIT
mkdir -p "$site/home" "$site/tmp" "$site/run" "$site/work" "$site/logs"
chmod 700 "$site"/*
printf '# Ward seven\n\nVisiting hours of ward seven begin at 14:00. Patient Maria Lopez, MRN 48213377, has asthma.\n' > "$site/work/seven.md"
printf '# Ward eight\n\nVisiting hours of ward eight begin at 15:00.\n' > "$site/work/eight.md"

step() {
  local name="$1"
  shift
  ( cd "$site/work" && env -i PATH="$PATH" LANG=C.UTF-8 HOME="$site/home" TMPDIR="$site/tmp" XDG_RUNTIME_DIR="$site/run" \
      ASSISTANT_MODELS="$models" ASSISTANT_VAULT="$site/vault" ASSISTANT_PASSPHRASE="correct horse battery" PYTHONDONTWRITEBYTECODE=1 \
      strace -f -qq -s 200 -e trace=network,openat,open,creat -o "$site/logs/$name" "$python" -m assistant "$@" )
}

export PYTHONPATH="$root"
cd "$root"
step init init > /dev/null
step ingest ingest seven.md eight.md --label public > /dev/null
step ask ask "When do the visiting hours of ward eight begin?" --policy base --engine "$engine" --json > "$site/logs/answer.json"
printf 'When do the visiting hours of ward seven begin?\n\n' | step chat chat --policy base --engine "$engine" > /dev/null
step redact redact seven.md > /dev/null
step list docs list --policy base --json > "$site/logs/list.json"
id="$("$python" -c 'import json,sys; print(next(d["id"] for d in json.load(open(sys.argv[1]))["documents"] if "seven" in d["title"]))' "$site/logs/list.json")"
step delete docs delete "$id" --yes --policy base > /dev/null
step prove docs prove-erased "$id" --policy base --engine extractive --question "When do the visiting hours of ward seven begin?" > /dev/null
step audit audit verify > /dev/null
step backup vault backup "$site/vault/copy.backup" > /dev/null
"$python" -c 'import json,sys; a=json.load(open(sys.argv[1])); assert "15:00" in a["answer"], a["status"]' "$site/logs/answer.json"
rm "$site/logs/answer.json" "$site/logs/list.json"
"$python" "$root/tools/strace_check.py" --allow "$site/vault" --scratch "$site" "$site/logs"/*
