"""The provider's refusals as the provider words them: what our adapters must understand."""

import json

from aiohttp import web


class ProviderRefusalError(Exception):
    """Answered as the provider does: `code` is its own, `status` HTTP's."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def response(self) -> web.Response:
        body = {
            "code": self.code,
            "message": str(self),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return web.Response(status=self.status, text=json.dumps(body), content_type="application/json")


def not_found(path: str) -> ProviderRefusalError:
    return ProviderRefusalError(404, 20404, f"The requested resource {path} was not found")


def unauthorised() -> ProviderRefusalError:
    return ProviderRefusalError(401, 20003, "Authenticate")


def missing(name: str) -> ProviderRefusalError:
    return ProviderRefusalError(400, 21604, f"A '{name}' parameter is required.")


def not_in_progress() -> ProviderRefusalError:
    return ProviderRefusalError(400, 21220, "Call is not in-progress. Cannot redirect.")
