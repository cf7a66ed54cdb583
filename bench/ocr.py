"""Text recognition on pages rendered here: noise, blur, two degrees of rotation; which confidence is worth what.

    nice python -m bench.ocr --pages 2 --out FILE      (CPU seconds a page, peak memory, word accuracy, what thresholds keep)

A word counts as right where the alignment of the recognized words with those written pairs it with the same word. The
threshold of `assistant.readers.pdf.writer.LEAST_CONFIDENCE` comes from here.
"""

from __future__ import annotations

import argparse
import difflib
import io
import json
import resource
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from pypdfium2 import PdfDocument
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from assistant.readers.pdf import read_pdf
from assistant.readers.pdf.scans import words_in_picture
from assistant.readers.pdf.writer import LEAST_CONFIDENCE
from assistant.readers.settings import Reading, reading
from bench.pdf.making import reportlab_running

# Rotation in degrees, noise as the standard deviation of grey levels, blur in pixels, dots an inch of the scanner.
KINDS = {
    "clean": (0.0, 0, 0.0, 200),
    "noised": (0.0, 25, 0.6, 200),
    "rotated 2": (2.0, 10, 0.4, 200),
    "rotated 2, noised": (2.0, 30, 0.8, 150),
    "bad copy": (-1.0, 60, 1.6, 110),
}


def scanned(data: bytes, kind: str, seed: int) -> bytes:
    """The first page of a PDF as a picture on a page."""
    angle, noise, blur, dpi = KINDS[kind]
    page = PdfDocument(data)[0]
    picture = page.render(scale=dpi / 72, grayscale=True).to_pil()
    picture = picture.rotate(angle, fillcolor=255, resample=Image.Resampling.BICUBIC)
    picture = picture.filter(ImageFilter.GaussianBlur(blur))
    values = np.asarray(picture).astype(float) + np.random.default_rng(seed).normal(0, noise, picture.size[::-1])
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=page.get_size())
    grey = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    canvas.drawImage(ImageReader(grey), 0, 0, *page.get_size())
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def written(seed: int) -> list[str]:
    """The words of the first page of a sample, with figures as they stand."""
    sample = reportlab_running(seed)
    return [word for word in PdfDocument(sample.data)[0].get_textpage().get_text_range().split() if word]


def judged(data: bytes, truth: list[str]) -> list[tuple[str, float, bool]]:
    """Each recognized word with its confidence, and whether it is the word that was written there."""
    words = words_in_picture(PdfDocument(data)[0], "scan").words
    words.sort(key=lambda word: (round(word.baseline / 6), word.x0))
    texts = [word.text for word in words]
    right: set[int] = set()
    for block in difflib.SequenceMatcher(None, texts, truth, autojunk=False).get_matching_blocks():
        right.update(range(block.a, block.a + block.size))
    return [(word.text, word.confidence, i in right) for i, word in enumerate(words)]


def main() -> None:
    """Run all kinds and print a line for each, then the thresholds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    every: list[tuple[str, float, bool]] = []
    for kind in KINDS:
        found: list[tuple[str, float, bool]] = []
        wanted, cpu, clock, released, false = 0, 0.0, 0.0, 0, 0
        for seed in range(options.pages):
            truth = written(1000 + seed)
            data = scanned(reportlab_running(1000 + seed).data, kind, seed)
            before, started = time.process_time(), time.perf_counter()
            found += judged(data, truth)
            cpu += time.process_time() - before
            clock += time.perf_counter() - started
            wanted += len(truth)
            told, wrong = sentences_released(data, 1000 + seed)
            released += told
            false += wrong
        every += found
        hits = sum(good for *_, good in found)
        print(
            f"{kind:<18} words {hits / wanted:7.2%}  CPU {cpu / options.pages:5.1f} s a page (clock {clock / options.pages:.1f})  "
            f"passages sure {released}, of them with a wrong word {false}",
            flush=True,
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    for threshold in (0.5, 0.8, 0.9, 0.95, 0.98, 0.99):
        kept = [good for _, confidence, good in every if confidence >= threshold]
        print(
            f"confidence >= {threshold}: {len(kept) / len(every):7.2%} kept, {sum(kept) / max(1, len(kept)):8.3%} right"
        )
    if options.out:
        options.out.write_text(json.dumps(every))


def sentences_released(data: bytes, seed: int) -> tuple[int, int]:
    """How many sentences stand in sure sections, and how many of them were not written so."""
    try:
        with reading(Reading(ocr=True)):
            (document,) = read_pdf(data, "scan.pdf")
    except Exception:
        return 0, 0
    truth = " ".join(" ".join(reportlab_running(seed).text).split())
    told = wrong = 0
    for section in document.sections:
        if section.sure:
            for line in document.text[section.start : section.end].split("\n\n"):
                told += 1
                wrong += " ".join(line.split()) not in truth and "Page" not in line
    return told, wrong


if __name__ == "__main__":
    print(f"least confidence {LEAST_CONFIDENCE}")
    main()
