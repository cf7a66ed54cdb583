"""The shape of a recipe: one file that says how a model is made, from the documents to the catalog.

Settings that are left out have the defaults of their part. A misspelt key is refused with its line, for a setting that silently does
nothing costs hours of training.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.config import shipped
from assistant.errors import ConfigError
from assistant.formats.yamlfile import read_yaml, validate
from assistant.packs.pack import Name, list_packs
from assistant.tune.dataset import Settings
from assistant.tune.distill import DistillSettings
from assistant.tune.loop import Schedule
from assistant.tune.lora import LoraSettings
from assistant.tune.prune import PruneSettings

RECIPE: Final = "recipe.yaml"
METRICS: Final = ("grounded", "answered", "refused", "supported")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataPart(_Strict):
    """Which documents are learned from: those under one of the labels, with the licence that they are under."""

    licence: Annotated[str, Field(alias="license", min_length=1)]
    labels: tuple[Name, ...] = ()
    make: Settings = Settings()


class EvaluatePart(_Strict):
    """`rows` held-out rows are answered by base and candidate."""

    rows: Annotated[int, Field(ge=1, le=5000)] = 120


class Gates(_Strict):
    """How much worse than its base a candidate may be on each share, 0 to 1. 0: not at all."""

    grounded: Annotated[float, Field(ge=0, le=1)] = 0.0
    answered: Annotated[float, Field(ge=0, le=1)] = 0.0
    refused: Annotated[float, Field(ge=0, le=1)] = 0.0
    supported: Annotated[float, Field(ge=0, le=1)] = 0.0


class RegisterPart(_Strict):
    """Under which name and licence the result goes into the catalog of the site."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$")]
    licence: Annotated[str, Field(alias="license", min_length=1)]


class Recipe(_Strict):
    """One recipe. Exactly one of `lora`, `distill` and `prune` says how the base is trained.

    `teacher` is needed for `distill`. `ship`: "adapter" leaves the base as it is and loads the adapter beside it, "model" merges it
    and may be quantized to the type `quantize` and registered.
    """

    schema_: int = Field(alias="schema", ge=1, le=1)
    domain: Annotated[str, Field(min_length=1)]
    base: Annotated[str, Field(min_length=1)]
    template: str = ""
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    data: DataPart
    lora: LoraSettings | None = None
    distill: DistillSettings | None = None
    teacher: str = ""
    prune: PruneSettings | None = None
    schedule: Schedule = Schedule()
    ship: Literal["adapter", "model"] = "model"
    quantize: Annotated[str, Field(pattern=r"^(?:none|[A-Z0-9_]{2,12})$")] = "none"
    evaluate: EvaluatePart = EvaluatePart()
    gates: Gates = Gates()
    register_: RegisterPart | None = Field(default=None, alias="register")

    @model_validator(mode="after")
    def _holds_together(self) -> Recipe:
        ways = [way for way in ("lora", "distill", "prune") if getattr(self, way) is not None]
        if len(ways) != 1:
            raise ValueError("say one of lora, distill and prune")
        if bool(self.teacher) != (self.distill is not None):
            raise ValueError("a teacher belongs to distill, and distill needs one")
        if self.ship == "adapter":
            if self.lora is None or self.lora.train != "adapter":
                raise ValueError("only lora with train: adapter makes an adapter to ship")
            if self.quantize != "none" or self.register_ is not None:
                raise ValueError("an adapter is neither quantized nor registered; say ship: model")
        if self.lora is not None and self.lora.fake_quant not in ("none", self.quantize):
            raise ValueError(
                f"what is trained for {self.lora.fake_quant} is quantized to it; say quantize: {self.lora.fake_quant}"
            )
        return self

    @property
    def method(self) -> str:
        """How the base is trained: lora, distill or prune."""
        return "lora" if self.lora is not None else "distill" if self.distill is not None else "prune"


def recipe_file(given: Path) -> Path:
    """The file itself; where there is none, the recipe of a shipped pack that is named alone or by its path under `domains`.

    An installed product has its packs inside the package, where nobody looks for `domains/healthcare/recipe.yaml`.
    """
    if given.exists():
        return given
    name = given.parts[0] if len(given.parts) == 1 else ""
    if len(given.parts) == 3 and (given.parts[0], given.parts[2]) == ("domains", RECIPE):
        name = given.parts[1]
    own = shipped("domains") / name / RECIPE if name in list_packs() else given
    return own if own.is_file() else given


def load_recipe(path: Path) -> Recipe:
    """Read a recipe. Raises ConfigError with file and line for an unknown key, a wrong value or a broken file."""
    return validate(read_yaml(path, ConfigError), Recipe, ConfigError)
