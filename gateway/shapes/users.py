"""Members of staff at the edge."""

from core.words import Language
from gateway.shapes.basics import Output


class UserOut(Output):
    id: str
    login: str
    name: str
    roles: list[str]
    language: Language
    theme: str


class AccountOut(UserOut):
    permissions: list[str]


class AccountAnswer(Output):
    user: AccountOut


class UserBrief(Output):
    id: str
    name: str
