"""The command `filrouge`: run the product, try its settings, and the few things done from a shell."""

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
import uvloop
from rich.console import Console
from rich.table import Table

from core.clock import SystemClock
from core.errors import FilrougeError
from core.settings import Settings, load_settings
from core.words import Language, Role
from gateway.logs import set_up_logs
from storage.engine.migrate import migrate
from storage.engine.opening import database_url

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Filrouge: contact centre and CRM.",
)
user_app = typer.Typer(no_args_is_help=True, help="Staff who may sign in.")
db_app = typer.Typer(no_args_is_help=True, help="The database.")
app.add_typer(user_app, name="user")
app.add_typer(db_app, name="db")
out = Console()
complaints = Console(stderr=True)

Config = Annotated[Path | None, typer.Option("--config", "-c", help="TOML file; else $FILROUGE_CONFIG.")]
R = TypeVar("R")


@app.command()
def demo() -> None:
    """Runs the product with sample data and the sandbox; needs nothing else."""
    from gateway.demo import demo_settings

    settings = _guarded(demo_settings)
    set_up_logs(settings.log)
    _run(_demo(settings))


@app.command()
def serve(config: Config = None) -> None:
    """Runs the product as the settings say."""
    settings = _guarded(lambda: load_settings(config))
    set_up_logs(settings.log)
    _run(_serve(settings))


@app.command()
def check(config: Config = None) -> None:
    """Tries the settings and every server they name, and says what to mend."""
    from gateway.checks import check_everything

    settings = _guarded(lambda: load_settings(config))
    results = _run(check_everything(settings))
    table = Table("What", "State", "What to do", box=None)
    for result in results:
        table.add_row(result.what, "[green]well[/]" if result.well else "[red]not well[/]", result.advice)
    out.print(table)
    if not all(result.well for result in results):
        raise typer.Exit(1)


@user_app.command("add")
def user_add(
    login: str,
    name: Annotated[str, typer.Option(help="As customers and colleagues see it.")],
    role: Annotated[list[Role], typer.Option(help="Several by repeating it.")],
    language: Annotated[Language, typer.Option()] = Language.FR,
    queue: Annotated[list[str] | None, typer.Option(help="Names of queues the person works on.")] = None,
    password: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="FILROUGE_NEW_PASSWORD"),
    ] = "",
    config: Config = None,
) -> None:
    """Adds a member of staff."""
    from gateway.staffing import add_user

    settings = _guarded(lambda: load_settings(config))
    _run(add_user(settings, login, name, role, language, password, queue or []))
    out.print(f"{login} may sign in as {', '.join(r.value for r in role)}.")


@db_app.command("upgrade")
def db_upgrade(config: Config = None) -> None:
    """Brings the database to the present schema; `serve` does it at its start too."""
    settings = _guarded(lambda: load_settings(config))
    _run(migrate(database_url(settings)))
    out.print("The database is up to date.")


async def _demo(settings: Settings) -> None:
    from gateway.demo import port_is_taken, seed_if_empty

    if port_is_taken(settings.server.host, settings.server.port):
        complaints.print(
            f"[red]Port {settings.server.port} is taken.[/] Stop what uses it, or choose another: "
            "FILROUGE_PORT=8081 make demo"
        )
        raise typer.Exit(1)
    await seed_if_empty(settings)
    await _serve(settings, _welcome)


async def _serve(settings: Settings, welcome: Any = None) -> None:
    from gateway.assembly.product import Product

    product = Product(settings, SystemClock())
    ended = asyncio.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(wanted, ended.set)
    await product.start()
    if welcome is not None:
        welcome(settings)
    else:
        out.print(f"Filrouge answers on {settings.server.url}")
    await ended.wait()
    await product.stop()


def _welcome(settings: Settings) -> None:
    """Who can sign in, and where to play the customer."""
    from gateway import sample

    table = Table("Login", "Name", "Roles", box=None, padding=(0, 3, 0, 0))
    for person in sample.STAFF:
        table.add_row(person.login, person.name, ", ".join(person.roles))
    url = settings.server.url
    out.print()
    out.print(f"[bold]Console[/]   {url}/          sign in with a login below")
    out.print(f"[bold]Sandbox[/]   {url}/sandbox   play the customer, in another tab or window")
    out.print(f"[bold]API[/]       {url}/api/docs")
    out.print()
    out.print(table)
    out.print()
    out.print(f"Password of all: [bold]{sample.PASSWORD}[/]        (Ctrl+C ends the demo; its data stays)")


def _guarded(load: Any) -> Settings:
    try:
        settings: Settings = load()
    except FilrougeError as error:
        complaints.print(f"[red]{error}[/]", highlight=False)
        raise typer.Exit(2) from error
    return settings


def _run(work: Coroutine[Any, Any, R]) -> R:
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    except FilrougeError as error:
        complaints.print(f"[red]{error}[/]", highlight=False)
        raise typer.Exit(2) from error


if __name__ == "__main__":
    app()
