"""Readers and passages, measured: memory and time at a size, our passages beside llama-index's splitter, tokens cut by MiniLM.

    python bench/readers.py memory .txt 64          (kind of file, MiB; one process a measurement, as the peak is the process's)
    python bench/readers.py passages DOCUMENTS_DIR  (a folder of Markdown files; needs the model store)
    python bench/readers.py folder DIR ..           (all files of folders: how many are read, what is wrong with the others, time)

The limits in assistant/formats/limits.py and the figures in docs/decisions/020-readers.md come from here.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from pathlib import Path

from assistant.config import model_store
from assistant.errors import ReaderError
from assistant.formats.limits import MIB
from assistant.language.sentences import sentences
from assistant.language.words import estimate_tokens
from assistant.readers import READERS, load, read_file
from assistant.readers.process import ReaderProcess
from assistant.readers.walk import walk
from assistant.retrieval.chunk import chunk, embedded

# One record of each kind, repeated; small records are the dearest.
UNITS = {
    ".txt": b"The dose of this medicine is one tablet a day with water.\n",
    ".md": b"## Head\n\nThe *dose* of this medicine is one tablet a day.\n\n- one\n- two\n\n",
    ".html": b"<p>The <b>dose</b> of this medicine is one tablet a day.</p>\n",
    ".csv": b"aspirin,100 mg,take one in the morning with water and food and do not lie down for half an hour after it\n",
    ".jsonl": b'{"drug": "aspirin", "note": "take one in the morning with water and food, and do not lie down after it"}\n',
}


def memory(ending: str, size: int) -> None:
    """Peak resident memory and CPU time of reading and cutting a file of `size` MiB."""
    unit = UNITS[ending]
    data = unit * (size * 2**20 // len(unit))
    before, started = _peak(), time.process_time()
    documents = READERS[ending](data, "bench" + ending)
    read, reading = _peak(), time.process_time() - started
    passages = sum(len(chunk(document)) for document in documents)
    total = time.process_time() - started
    print(
        f"{ending} {size} MiB: read in {reading:.1f} s CPU at {read:.0f} MiB (before: {before:.0f}); "
        f"{passages} passages after {total:.1f} s at {_peak():.0f} MiB"
    )


def folder(roots: list[Path]) -> int:
    """Read every file of the folders that a reader reads, each in the bounded process; how many could not be read."""
    failed = 0
    process = ReaderProcess()
    try:
        for root in roots:
            kinds: Counter[str] = Counter()
            documents = characters = bad = size = 0
            started = time.perf_counter()
            found = walk([root])
            for path in found.files:
                try:
                    data = load(path)
                    read = process.read(data, str(path), path.suffix.lower())
                except ReaderError as error:
                    bad += 1
                    print(f"    {error}")
                    continue
                kinds[path.suffix.lower()] += 1
                documents += len(read)
                characters += sum(len(document.text) for document in read)
                size += len(data)
            spent = time.perf_counter() - started
            said = " ".join(f"{n}{kind}" for kind, n in sorted(kinds.items()))
            print(
                f"{root.name}: {len(found.files)} files ({said}), {bad} not read, {documents} documents, {characters:,} characters "
                f"of {size / MIB:.1f} MiB in {spent:.1f} s ({size / MIB / spent:.1f} MiB/s)"
            )
            failed += bad
    finally:
        process.close()
    return failed


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def passages(folder: Path) -> None:
    """Ours beside llama-index's SentenceSplitter, both at 200 estimated tokens; then true tokens of what is embedded."""
    from llama_index.core import Document as LlamaDocument
    from llama_index.core.node_parser import SentenceSplitter
    from tokenizers import Tokenizer

    documents = [read_file(path)[0] for path in sorted(folder.glob("*.md"))]
    splitter = SentenceSplitter(chunk_size=200, chunk_overlap=0, tokenizer=lambda text: [0] * estimate_tokens(text))
    started, count, torn, crossing = time.process_time(), 0, 0, 0
    for document in documents:
        ends = {sentence.end for sentence in sentences(document.text)}
        for node in splitter.get_nodes_from_documents([LlamaDocument(text=document.text)]):
            count += 1
            a, b = node.start_char_idx, node.end_char_idx
            torn += a + len(document.text[a:b].rstrip()) not in ends
            crossing += sum(1 for s in document.sections if a < s.end and b > s.start) > 1
    print(
        f"SentenceSplitter: {count}, torn {torn}, across headings {crossing}, {time.process_time() - started:.1f} s CPU"
    )
    started, torn = time.process_time(), 0
    ours = [(document, passage) for document in documents for passage in chunk(document)]
    spent = time.process_time() - started
    for document in documents:
        ends = {sentence.end for sentence in sentences(document.text)}
        torn += sum(passage.end not in ends for owner, passage in ours if owner is document)
    print(f"chunk: {len(ours)}, torn {torn}, across headings 0, {spent:.1f} s CPU")
    tokenizer = Tokenizer.from_file(str(model_store() / "all-MiniLM-L6-v2" / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    true = [len(e.ids) for e in tokenizer.encode_batch([embedded(d.title, p.heading, p.text) for d, p in ours])]
    cut = sum(max(0, n - 256) for n in true)
    print(
        f"true tokens with title and heading: {sum(n > 256 for n in true) / len(true):.2%} over 256, {cut / sum(true):.2%} cut"
    )


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "memory":
        memory(sys.argv[2], int(sys.argv[3]))
    elif len(sys.argv) == 3 and sys.argv[1] == "passages":
        passages(Path(sys.argv[2]))
    elif len(sys.argv) > 2 and sys.argv[1] == "folder":
        sys.exit(min(1, folder([Path(name) for name in sys.argv[2:]])))
    else:
        sys.exit(__doc__)
