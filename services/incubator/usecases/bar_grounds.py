"""For what an organisation is barred, and for how long: data the office may change (`bar_grounds.yaml`)."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, RootModel

from shared.core.files import read_model, read_yaml

FILE = Path(__file__).with_suffix(".yaml")


class Ground(BaseModel):
    """`years` from the first day of the bar; without them each decision names its last day."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    says: str = Field(min_length=1)
    years: int | None = Field(default=None, ge=1, le=50)
    basis: str = Field(min_length=1)


class Grounds(RootModel[dict[str, Ground]]):
    """Every ground by its name."""


GROUNDS = read_model(Grounds, read_yaml(FILE), FILE).root
