"""Where a request comes from, behind as many of our own proxies as the settings say."""

from aiohttp import web


def address_of(request: web.Request, trusted_proxies: int) -> str:
    """The client's address. Only the entries that our own proxies added to X-Forwarded-For are believed."""
    if trusted_proxies:
        given = ",".join(request.headers.getall("X-Forwarded-For", []))
        hops = [hop.strip() for hop in given.split(",") if hop.strip()]
        if len(hops) >= trusted_proxies:
            return hops[-trusted_proxies][:64]
    return request.remote or ""
