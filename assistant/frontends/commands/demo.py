"""`assistant demo`: the main job on the sample collection, in a vault of its own that is made again each time."""

from __future__ import annotations

import secrets
import shutil
import time

from assistant.config import data_home
from assistant.errors import AssistantError
from assistant.frontends import console
from assistant.frontends.options import DomainOption, EngineOption, JsonOption
from assistant.frontends.samples import batches, take_samples
from assistant.frontends.showing import show_answer

QUESTIONS = {
    "healthcare": (
        ("answered", "When should warfarin be stopped before an operation?"),
        ("not in the documents", "What is the first-line treatment for malaria in pregnancy?"),
        (
            "with a patient's identifiers",
            "My patient John Carter, MRN 48213377, born 04/12/1961, phone 555-0142: what is the target blood pressure in diabetes?",
        ),
    ),
    "customer-service": (
        ("answered", "How many days do I have to return an unused item?"),
        ("not in the documents", "Does the company sell gift cards in Japan?"),
        (
            "with a customer's identifiers",
            "I am Laura Meyer, laura.meyer@example.org, card 4111 1111 1111 1111: when will my refund arrive?",
        ),
    ),
}


def demo(domain: DomainOption = None, engine: EngineOption = None, as_json: JsonOption = False) -> None:
    """Make a vault, ingest the sample collection, ask three questions; shows answers, citations, verdicts and redaction."""
    from assistant.packs.pack import load_pack
    from assistant.vault.keys import Secret
    from assistant.wiring import DEFAULT_DOMAIN, assemble, create_vault

    name = domain or DEFAULT_DOMAIN
    pack = load_pack(name)
    folder = data_home() / f"demo-{pack.id}"
    shutil.rmtree(folder, ignore_errors=True)
    # Nobody needs to open this vault again, so its passphrase is random and forgotten.
    started = time.perf_counter()
    vault = create_vault(folder, Secret.passphrase(secrets.token_hex(16)), policy=None, domain=name)
    assistant = assemble(vault, engine=engine)
    try:
        assistant.preload()
        with console.progress_bar("Ingesting the samples") as progress:
            reports = take_samples(assistant, progress)
        for (labels, _), report in zip(batches(pack), reports, strict=False):
            console.talk(
                f"ingested {len(report.added)} documents labelled {', '.join(sorted(labels))}: {report.passages} passages"
            )
            if report.problems:
                raise AssistantError(report.problems[0].reason, path=report.problems[0].path)
        answers = []
        for kind, question in QUESTIONS[pack.id]:
            if as_json:
                answers.append(assistant.ask(question).as_json())
                continue
            console.say(f"\n=== {kind}\nQ: {question}")
            answer = show_answer(assistant, question, None, workings=True)
            if answer.question != question:
                console.say(f"What the model saw: {answer.question}")
    finally:
        assistant.close()
    if as_json:
        console.say_json({"answers": answers})
    console.talk(f"done in {time.perf_counter() - started:.0f} s; the vault is {folder}")
