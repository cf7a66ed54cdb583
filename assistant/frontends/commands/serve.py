"""`assistant serve`: the web widget, the admin page and the OpenAI-compatible interface, and who may call them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from assistant.errors import ExitCode, UsageError
from assistant.frontends import console
from assistant.frontends.commands.users import ManagerOptions
from assistant.frontends.option_groups import KeyOptions, ServerOptions, grouped
from assistant.frontends.options import JsonOption, PolicyOption

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.frontends.web.access import AccessBook
    from assistant.frontends.web.limits import Rate
    from assistant.frontends.web.options import ServeOptions
    from assistant.frontends.web.services import Services
    from assistant.policy.model import Policy

EXAMPLES = """Examples:
  assistant serve
  assistant serve --host 0.0.0.0 --tls-self-signed --name assistant.clinic.example
  assistant serve new-site shop --origin https://www.example.org --role customer
  assistant serve new-key reports --role agent
  assistant serve doctor --site shop --page http://127.0.0.1:8000/help
Without a site no page may embed the widget, without a key no program may call; the admin page asks for a user of the vault
(`assistant users add`)."""

app = typer.Typer(
    help="Serve the web widget, the admin page and the OpenAI-compatible interface.",
    invoke_without_command=True,
    epilog=EXAMPLES,
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Lower-case letters, digits and -.")]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="ROLE", help="Ask under this role of the policy (may be repeated)."),
]


@app.callback()
@grouped
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="IP address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", help="Port; 0 takes a free one.")] = 8443,
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert", metavar="FILE", help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="Its key, PEM.")] = None,
    tls_self_signed: Annotated[
        bool, typer.Option("--tls-self-signed", help="Serve HTTPS with a generated certificate, kept in the vault.")
    ] = False,
    name: Annotated[
        list[str] | None, typer.Option("--name", metavar="HOST", help="Host name of this server (may be repeated).")
    ] = None,
    trust_proxy: Annotated[
        bool, typer.Option("--trust-proxy", help="Believe X-Forwarded-For and -Proto of a proxy on this machine.")
    ] = False,
    workers: Annotated[int, typer.Option("--workers", metavar="N", min=1, help="Answers at once.")] = 1,
    max_waiting: Annotated[
        int, typer.Option("--max-waiting", metavar="N", min=1, help="Questions that may wait; more get 429.")
    ] = 64,
    rate_session: Annotated[
        str, typer.Option("--rate-session", metavar="N/BURST", help="Questions a minute of one visitor.")
    ] = "20/8",
    rate_ip: Annotated[
        str, typer.Option("--rate-ip", metavar="N/BURST", help="Requests a minute of one address.")
    ] = "300/100",
    *,
    opening: ServerOptions,
) -> None:
    """Serve until Ctrl-C or SIGTERM. On this machine only, unless --host and a certificate are given."""
    if context.invoked_subcommand is not None:
        return
    from assistant.frontends.web.options import ServeOptions

    options = ServeOptions(
        host=host,
        port=port,
        tls_cert=tls_cert,
        tls_key=tls_key,
        self_signed=tls_self_signed,
        names=tuple(name or ()),
        trust_proxy=trust_proxy,
        workers=workers,
        max_waiting=max_waiting,
        rate_session=_rate(rate_session),
        rate_ip=_rate(rate_ip),
    )
    with opening.opened() as assistant:
        _run(assistant, options)


@app.command(
    "new-site", epilog="Example:\n  assistant serve new-site shop --origin https://www.example.org --role customer"
)
@grouped
def new_site(
    name: Name,
    origin: Annotated[
        list[str] | None, typer.Option("--origin", metavar="URL", help="Where its pages stand (may be repeated).")
    ] = None,
    role: Roles = None,
    policy: PolicyOption = None,
    *,
    manager: ManagerOptions,
    as_json: JsonOption = False,
) -> None:
    """Let the pages of an origin embed the widget. Prints the secret with which their server mints tokens, once."""
    with _book(manager, policy) as (book, rules):
        made = book.add_site(name, origin or (), role or (), rules)
    if as_json:
        console.say_json({"site": name, "secret": made})
        return
    console.talk(f"site {name}: keep this secret on the host page's server; it is not shown again")
    console.say(made)


@app.command("new-key", epilog="Example:\n  assistant serve new-key reports --role agent")
@grouped
def new_key(
    name: Name,
    role: Roles = None,
    policy: PolicyOption = None,
    *,
    manager: ManagerOptions,
    as_json: JsonOption = False,
) -> None:
    """Make an API key for a program. Prints it once; the vault keeps its hash."""
    with _book(manager, policy) as (book, rules):
        made = book.add_key(name, role or (), rules)
    if as_json:
        console.say_json({"name": name, "key": made})
        return
    console.talk(f"key {name}: it is not shown again")
    console.say(made)


@app.command("access")
@grouped
def access(
    *,
    key: KeyOptions,
    as_json: JsonOption = False,
) -> None:
    """List sites and keys, without their secrets."""
    from assistant.frontends.web.access import AccessBook

    with key.opened() as opened:
        listed = AccessBook(opened).listed()
    if as_json:
        console.say_json(listed)
        return
    for site in listed["sites"]:
        console.say(f"site {site['name']}: {', '.join(site['origins'])} as {', '.join(site['roles'])}")
    for made in listed["keys"]:
        console.say(f"key {made['name']}: as {', '.join(made['roles'])}")
    console.talk(f"{len(listed['sites'])} sites, {len(listed['keys'])} keys")


@app.command("revoke")
@grouped
def revoke(
    name: Name,
    *,
    manager: ManagerOptions,
) -> None:
    """Take a site or a key back; a running server refuses it within two seconds."""
    with _book(manager, None) as (book, _):
        book.revoke(name)
    console.talk(f"{name} is revoked")


@app.command(
    "doctor",
    epilog="Example:\n  assistant serve doctor --site shop --page http://127.0.0.1:8000/help --server http://127.0.0.1:8443",
)
@grouped
def doctor(
    site: Annotated[str, typer.Option("--site", metavar="NAME", help="The site to look at.")],
    page: Annotated[str, typer.Option("--page", metavar="URL", help="A page with the widget, to be looked at.")] = "",
    server: Annotated[
        str, typer.Option("--server", metavar="URL", help="The address under which pages reach this server.")
    ] = "http://127.0.0.1:8443",
    *,
    opening: ServerOptions,
    as_json: JsonOption = False,
) -> None:
    """Look for the reason why a site's widget does not answer. Exit code 1 where something is wrong."""
    from assistant.frontends.web.access import AccessBook
    from assistant.frontends.web.site_doctor import examine

    with opening.opened() as assistant:
        known = AccessBook(assistant.vault).sites
        if site not in known:
            raise UsageError("there is no site of that name", remedy=f"sites: {', '.join(sorted(known)) or 'none'}")
        with console.progress_bar("asking", unit="questions") as progress:
            found = list(examine(assistant, known[site], server=server.rstrip("/"), page=page, progress=progress))
    wrong = [one for one in found if one.state == "wrong"]
    if as_json:
        console.say_json({"site": site, "findings": [asdict(one) for one in found], "wrong": len(wrong)})
    else:
        for one in found:
            console.say(f"{_MARKS[one.state]:<8}{one.what}: {one.told}" + (f" -> {one.remedy}" if one.remedy else ""))
        console.say("Nothing is wrong." if not wrong else f"{len(wrong)} things are wrong.")
    if wrong:
        raise typer.Exit(int(ExitCode.FAILED))


_MARKS: Final = {"ok": "ok", "wrong": "WRONG", "unseen": "unseen"}


@contextmanager
def _book(manager: ManagerOptions, policy: str | None) -> Iterator[tuple[AccessBook, Policy]]:
    """The access book, for somebody who may manage users."""
    from assistant.frontends.web.access import AccessBook
    from assistant.packs.pack import load_pack
    from assistant.policy.model import load_policy
    from assistant.policy.versions import in_force
    from assistant.wiring import DEFAULT_DOMAIN

    with manager.managed() as opened:
        rules = load_policy(policy or in_force(opened) or load_pack(opened.get("domain") or DEFAULT_DOMAIN).policy)
        yield AccessBook(opened), rules


def _rate(text: str) -> Rate:
    from assistant.frontends.web.limits import Rate

    try:
        return Rate.parse(text)
    except ValueError:
        raise UsageError("a rate is N or N/BURST, such as 60/20", remedy="give positive numbers") from None


def _run(assistant: Assistant, options: ServeOptions) -> None:
    from assistant.frontends.web.server import build_server, listen, tls_of
    from assistant.frontends.web.services import build_services

    services = build_services(assistant, options)
    context, fingerprint = tls_of(services)
    with listen(options.host, options.port) as bound:
        _tell(services, int(bound.getsockname()[1]), fingerprint)
        build_server(services, context).run(sockets=[bound])
    services.log.say("stopped")


def _tell(services: Services, port: int, fingerprint: str) -> None:
    """Where to go, and what a page embeds."""
    from assistant.frontends.web.assets import snippet

    options = services.options
    shown = options.names[0] if options.names else options.host
    base = f"{'https' if options.tls else 'http'}://{f'[{shown}]' if ':' in shown else shown}:{port}"
    console.talk(f"serving {services.assistant.pack.title} at {base} (admin page: {base}/admin/)")
    if fingerprint:
        console.talk(f"generated certificate, SHA-256 {fingerprint}")
    if not services.access.sites:
        console.talk("no page may embed the widget yet: assistant serve new-site NAME --origin URL --role ROLE")
    else:
        console.talk(f"embed the widget with:\n{snippet(services.assets, base)}")
    if not services.assistant.vault.users():
        console.talk("nobody can log in to the admin page yet: assistant users add NAME --role admin")
    services.log.say("serving", port=port, tls=options.tls)
