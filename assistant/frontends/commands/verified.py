"""`assistant verified ...`: answers that somebody vouches for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import UsageError
from assistant.frontends import console
from assistant.frontends.option_groups import AccessOptions, grouped
from assistant.frontends.options import (
    JsonOption,
)

if TYPE_CHECKING:
    from assistant.curating.verified import Listed

EXAMPLES = """Examples:
  assistant verified add --question "Is there a student discount?" --text-file answer.txt --source 4f0c... --passage 17
  assistant verified wording 9a31c2 "Do students pay less?"
  assistant verified withdraw 9a31c2"""

app = typer.Typer(
    help="Answers that somebody vouches for, given before the documents are searched.", no_args_is_help=True
)
VerifiedId = Annotated[str, typer.Argument(metavar="ID", help="The answer's number, as `verified list` shows it.")]
TextOption = Annotated[str, typer.Option("--text", metavar="TEXT", help="The answer, as it is to be given.")]
TextFileOption = Annotated[Path | None, typer.Option("--text-file", metavar="FILE", help="Read the answer from FILE.")]
SourceOption = Annotated[str, typer.Option("--source", metavar="ID", help="The document that it rests on.")]
PassageOption = Annotated[int, typer.Option("--passage", metavar="N", help="The passage, as `gaps show` numbers it.")]
QuoteOption = Annotated[str | None, typer.Option("--quote", metavar="TEXT", help="Its sentence, letter by letter.")]
UntilOption = Annotated[
    str,
    typer.Option("--until", metavar="DATE", help="Its last day (2027-01-31) [default: as long as the policy allows]."),
]
InsistOption = Annotated[bool, typer.Option("--insist", help="The source says it in other words, and I have read it.")]
AudienceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--audience", metavar="ROLE", help="Only for this role (may be repeated) [default: who may see the source]."
    ),
]


@app.command("list", epilog=EXAMPLES)
@grouped
def list_verified(
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """List the verified answers whose source you may see, and which of them are given no more."""
    from assistant.curating.verified import Vouching

    with access.opened() as assistant:
        found = Vouching(assistant).listed()
    if as_json:
        console.say_json({"verified": [one.as_json() for one in found]})
        return
    for one in found:
        state = f"NOT GIVEN: {one.expired}" if one.expired else f"until {one.answer.until}"
        console.say(f"{one.answer.id}  {one.answer.wordings[0]}  ({state}; {one.answer.author}; {one.answer.title})")
    console.talk(f"{len(found)} verified answers, {sum(not one.expired for one in found)} in force")


@app.command("show")
@grouped
def show(
    verified_id: VerifiedId,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Show one verified answer with its questions and its source."""
    from assistant.curating.verified import Vouching

    with access.opened() as assistant:
        found = Vouching(assistant).one(verified_id)
    if as_json:
        console.say_json(found.as_json())
    else:
        _show(found)


def _show(found: Listed) -> None:
    answer = found.answer
    for wording in answer.wordings:
        console.say(f"? {wording}")
    console.say(answer.text)
    place = f", {answer.locator}" if answer.locator else ""
    console.say(f'Source: {answer.title}{place}: "{answer.quote}"')
    console.say(
        f"Verified by {answer.author} on {answer.at[:10]}, until {answer.until}, for {', '.join(sorted(answer.audience))}"
    )
    if found.expired:
        console.say(f"Not given any more: {found.expired}")


@app.command("add")
@grouped
def add(
    question: Annotated[
        list[str], typer.Option("--question", metavar="TEXT", help="What it answers (may be repeated).")
    ],
    source: SourceOption,
    passage: PassageOption,
    text: TextOption = "",
    text_file: TextFileOption = None,
    quote: QuoteOption = None,
    until: UntilOption = "",
    audience: AudienceOption = None,
    insist: InsistOption = False,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Vouch for an answer: it is signed, and given first to who asks the same, until its source changes or its day comes."""
    from assistant.curating.verified import Source, Vouching

    words = answer_text(text, text_file)
    with access.opened() as assistant:
        rests = Source(source, passage, quote)
        last = last_day(until, assistant.gate.policy.verified.days)
        who = frozenset(audience) if audience else None
        made = Vouching(assistant).add(words, question, rests, until=last, audience=who, insist=insist)
    say_added(made.id, made.until, as_json=as_json)


@app.command("wording")
@grouped
def wording(
    verified_id: VerifiedId,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="Another wording that it answers.")],
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Let a verified answer answer one more wording."""
    from assistant.curating.verified import Vouching

    with access.opened() as assistant:
        made = Vouching(assistant).reword(verified_id, question)
    say_added(made.id, made.until, as_json=as_json)


@app.command("withdraw")
@grouped
def withdraw(
    verified_id: VerifiedId,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Give a verified answer to nobody any more; audited."""
    from assistant.curating.verified import Vouching

    with access.opened() as assistant:
        Vouching(assistant).withdraw(verified_id)
    if as_json:
        console.say_json({"id": verified_id, "withdrawn": True})
    else:
        console.talk(f"withdrawn: {verified_id}")


@app.command("export")
@grouped
def export(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Write the signed answers there.")],
    *,
    access: AccessOptions,
) -> None:
    """Export the answers in force, signed, to go with a pack; the file is readable to whoever has it."""
    from assistant.curating.verified import Vouching

    with access.opened() as assistant:
        made = Vouching(assistant).export()
    console.put(json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n", out)
    console.talk(f"wrote {out}; who takes it over needs this vault's key by another way: {made['public_key']}")


@app.command("import")
@grouped
def take_over(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `assistant verified export` wrote.")],
    public_key: Annotated[
        str, typer.Option("--public-key", metavar="HEX", help="The other vault's key, had by another way.")
    ],
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Take over another vault's answers whose sources are here too; you vouch for them from now on."""
    from assistant.curating.verified import Vouching

    try:
        exported = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        raise UsageError(
            "the file cannot be read", path=file, remedy="give the file of `assistant verified export`"
        ) from None
    with access.opened() as assistant:
        taken, left = Vouching(assistant).take_over(exported if isinstance(exported, dict) else {}, public_key)
    if as_json:
        console.say_json({"taken": [answer.id for answer in taken], "left": left})
        return
    for line in left:
        console.say(f"left out: {line}")
    console.talk(f"took over {len(taken)}, left out {len(left)}")


def answer_text(text: str, file: Path | None) -> str:
    """The answer from the one place that was named. Raises UsageError for none or two, or a file that cannot be read."""
    if bool(text) == (file is not None):
        raise UsageError("the answer is missing or given twice", remedy="give --text or --text-file")
    if file is None:
        return text
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError("the file cannot be read", path=file, remedy="check name and permissions") from None


def last_day(until: str, days: int) -> date:
    """The day that was named, or the last one that the policy allows. Raises UsageError for what is no day."""
    if not until:
        return datetime.now(UTC).date() + timedelta(days=days)
    try:
        return date.fromisoformat(until)
    except ValueError:
        raise UsageError("that is no day", remedy="write it like 2027-01-31") from None


def say_added(verified_id: str, until: str, *, as_json: bool) -> None:
    """Tell that an answer stands."""
    if as_json:
        console.say_json({"id": verified_id, "until": until})
    else:
        console.talk(f"verified answer {verified_id}, until {until}")
