"""`assistant gaps ...`: what people asked in vain, grouped, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.frontends import console
from assistant.frontends.commands.verified import (
    AudienceOption,
    InsistOption,
    PassageOption,
    QuoteOption,
    SourceOption,
    TextFileOption,
    TextOption,
    UntilOption,
    answer_text,
    last_day,
    say_added,
)
from assistant.frontends.option_groups import AccessOptions, grouped
from assistant.frontends.options import (
    JsonOption,
)

if TYPE_CHECKING:
    from assistant.curating.board import Cluster
    from assistant.curating.figures import Week
    from assistant.types import Passage

EXAMPLES = """Examples:
  assistant gaps list
  assistant gaps show 12
  assistant gaps answer 12 --source 4f0c... --passage 17 --text "Students get ten percent off."
  assistant gaps figures --csv figures.csv"""

app = typer.Typer(help="Questions without an answer, for those who mend the documents.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(metavar="ID", help="A group's number, as `gaps list` shows it.")]


@app.command("list", epilog=EXAMPLES)
@grouped
def list_gaps(
    least: Annotated[int, typer.Option("--least", metavar="N", help="Only groups of so many questions or more.")] = 1,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """List what was asked in vain, questions that ask for the same put together, most asked first."""
    from assistant.curating.board import Board

    with access.opened() as assistant:
        board = Board(assistant)
        found, keeps = [c for c in board.clusters() if len(c.gaps) >= least], board.keeps
    if as_json:
        console.say_json({"kept": keeps, "gaps": [cluster.as_json() for cluster in found]})
        return
    for cluster in found:
        kinds = ", ".join(f"{kind} {count}" for kind, count in cluster.kinds.items())
        console.say(
            f"{cluster.id:>6}  {len(cluster.gaps):>4}x  {cluster.wording}  ({kinds}; last {cluster.gaps[-1].at[:10]})"
        )
    if not keeps:
        console.talk("the policy keeps no questions: see `gaps` in the policy file")
    console.talk(f"{sum(len(c.gaps) for c in found)} questions in {len(found)} groups")


@app.command("show")
@grouped
def show(
    number: Number,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Show the wordings of a group and the passages that come closest to it."""
    from assistant.curating.board import Board

    with access.opened() as assistant:
        board = Board(assistant)
        cluster = board.cluster(number)
        near = board.closest(cluster)
    if as_json:
        console.say_json({**cluster.as_json(), "closest": [_passage_json(passage) for passage in near]})
        return
    _show(cluster, near)


def _passage_json(passage: Passage) -> dict[str, object]:
    return {
        "document_id": passage.document_id,
        "passage": passage.id,
        "title": passage.title,
        "heading": passage.heading,
        "locator": passage.locator,
        "text": passage.text,
    }


def _show(cluster: Cluster, near: list[Passage]) -> None:
    console.say(f"{len(cluster.gaps)} times, first {cluster.gaps[0].at[:10]}, last {cluster.gaps[-1].at[:10]}")
    for wording in cluster.wordings:
        console.say(f"  - {wording}")
    console.say("Held back by: " + ", ".join(f"{reason} ({count})" for reason, count in cluster.reasons.items()))
    console.say("Closest passages:" if near else "No passage comes near it.")
    for passage in near:
        place = ", ".join(filter(None, (passage.heading, passage.locator)))
        console.say(f"  passage {passage.id} of {passage.document_id}: {passage.title}{f', {place}' if place else ''}")
        console.say(f"      {' '.join(passage.text.split())[:300]}")


@app.command("answer")
@grouped
def answer(
    number: Number,
    source: SourceOption,
    passage: PassageOption,
    text: TextOption = "",
    text_file: TextFileOption = None,
    quote: QuoteOption = None,
    until: UntilOption = "",
    audience: AudienceOption = None,
    insist: InsistOption = False,
    wording: Annotated[
        list[str] | None,
        typer.Option(
            "--wording", metavar="TEXT", help="Answer these wordings of it [default: those that ask the same]."
        ),
    ] = None,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Answer a group with a verified answer; the wordings that it answers go from the board."""
    from assistant.curating.board import Board
    from assistant.curating.verified import Source, Vouching

    words = answer_text(text, text_file)
    with access.opened() as assistant:
        board, vouching = Board(assistant), Vouching(assistant)
        cluster = board.cluster(number)
        rests, last = Source(source, passage, quote), last_day(until, assistant.gate.policy.verified.days)
        who = frozenset(audience) if audience else None
        made = vouching.answer(
            board, cluster, words, rests, until=last, audience=who, wordings=wording or (), insist=insist
        )
    say_added(made.id, made.until, as_json=as_json)


@app.command("dismiss")
@grouped
def dismiss(
    number: Number,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Erase a group that needs no answer; audited."""
    from assistant.curating.board import Board

    with access.opened() as assistant:
        gone = Board(assistant).dismiss(number)
    if as_json:
        console.say_json({"id": number, "erased": gone})
    else:
        console.talk(f"erased {gone} questions")


@app.command("export")
@grouped
def export(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write there instead of stdout.")] = None,
    *,
    access: AccessOptions,
) -> None:
    """Export the board as CSV, a line a question. The file is readable to whoever has it; the questions are redacted."""
    from assistant.curating.board import Board, as_csv

    with access.opened() as assistant:
        text = as_csv(Board(assistant).clusters())
    _put(text, out)


@app.command("figures")
@grouped
def figures(
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a line a week there.")] = None,
    *,
    access: AccessOptions,
    as_json: JsonOption = False,
) -> None:
    """Count what was asked, answered, shown as closest, handed over and refused, by week and by reason."""
    from assistant.curating import figures as counted
    from assistant.curating.board import Board

    with access.opened() as assistant:
        found = Board(assistant).figures()
    if csv is not None:
        _put(counted.as_csv(found), csv)
    if as_json:
        console.say_json({"weeks": [week.as_json() for week in found], "total": counted.total(found).as_json()})
    elif csv is None:
        for week in [*found, counted.total(found)]:
            console.say(_line(week))


def _line(week: Week) -> str:
    reasons = ", ".join(f"{reason} {count}" for reason, count in week.reasons.most_common(4))
    return (
        f"{week.week:<9} asked {week.asked:>5}  answered {week.answered:>5}  closest {week.closest:>4}  "
        f"nothing {week.nothing:>4}  refused {week.refused:>4}  handed over {week.handed_over:>4}  "
        f"liked {week.liked:>3}  disliked {week.disliked:>3}  {reasons}"
    )


def _put(text: str, out: Path | None) -> None:
    console.put(text, out)
    if out is not None:
        console.talk(f"wrote {out}")
