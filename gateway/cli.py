"""The command `filrouge`: run the product, try its settings, and the few things done from a shell."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
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
bot_app = typer.Typer(no_args_is_help=True, help="Bots, as Rasa projects in folders.")
app.add_typer(db_app, name="db")
app.add_typer(bot_app, name="bot")
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


@bot_app.command("list")
def bot_list(config: Config = None) -> None:
    """Shows the bots, their versions, and which of these answer customers."""
    from gateway.bot_shell import list_bots

    settings = _guarded(lambda: load_settings(config))
    table = Table("Key", "Name", "Version", "State", "Answers", "Note", box=None)
    for bot, versions in _run(list_bots(settings)):
        if not versions:
            table.add_row(bot.key, bot.name, "–", "", "", "")
        for version in versions:
            share = bot.live.get(version.id)
            answers = "" if share is None else f"{share} %"
            told = (str(version.number), version.status.value, answers, version.note or version.problem)
            table.add_row(bot.key, bot.name, *told)
    out.print(table)


@bot_app.command("import")
def bot_import(
    key: Annotated[str, typer.Argument(help="How entry points name the bot.")],
    folder: Annotated[Path, typer.Argument(help="The Rasa project.", exists=True, file_okay=False)],
    language: Annotated[Language, typer.Option(help="Where a file's name says none.")] = Language.FR,
    name: Annotated[str, typer.Option(help="Of a new bot, as designers see it.")] = "",
    config: Config = None,
) -> None:
    """Makes a folder the draft of a bot. What is kept but not played is named."""
    from gateway.bot_shell import import_project

    settings = _guarded(lambda: load_settings(config))
    done = _run(import_project(settings, key, folder, language, name))
    out.print(f"{done.parts} parts imported into the draft of {key}.", highlight=False)
    for note in done.notes:
        out.print(f"Kept, not played ({note.what.value.replace('_', ' ')}): {note.name}", highlight=False)


@bot_app.command("export")
def bot_export(
    key: str, folder: Annotated[Path, typer.Argument(file_okay=False)], config: Config = None
) -> None:
    """Writes the draft of a bot as a Rasa project."""
    from gateway.bot_shell import export_project

    settings = _guarded(lambda: load_settings(config))
    count = _run(export_project(settings, key, folder))
    out.print(f"{count} files written to {folder}.", highlight=False)


@bot_app.command("train")
def bot_train(key: str, note: Annotated[str, typer.Option()] = "", config: Config = None) -> None:
    """Trains the draft as a new version and says how well it understands."""
    from rich.progress import Progress

    from bots.model import VersionStatus
    from gateway.bot_shell import train_draft

    settings = _guarded(lambda: load_settings(config))
    with Progress(console=complaints, transient=True) as progress:
        task = progress.add_task("Training", total=None)
        tell = lambda done, total: progress.update(task, completed=done, total=total)  # noqa: E731
        version = _run(train_draft(settings, key, note, tell))
    if version.status is not VersionStatus.READY:
        complaints.print(f"[red]Version {version.number} was not trained:[/] {version.problem}")
        raise typer.Exit(1)
    report = version.report
    out.print(
        f"Version {version.number}: accuracy {report['accuracy']:.3f}, F1 {report['macro_f1']:.3f} "
        f"on {report['examples']} examples by cross-validation.",
        highlight=False,
    )
    if "held_out" in report:
        held = report["held_out"]
        out.print(f"Test sentences: {held['accuracy']:.3f} of {held['examples']}.", highlight=False)


@bot_app.command("test")
def bot_test(
    what: Annotated[str, typer.Argument(help="A bot's key, or the folder of a project.")],
    language: Annotated[Language, typer.Option(help="Where a file's name says none.")] = Language.FR,
    config: Config = None,
) -> None:
    """Plays the test stories of a bot's draft or of a folder; exits with 1 where one goes otherwise."""
    from bots.project import files_in
    from gateway.bot_shell import draft_of, try_project

    settings = _guarded(lambda: load_settings(config))
    folder = Path(what)
    if folder.is_dir():
        files = _guarded(lambda: files_in(folder))
    else:
        files, language = _run(draft_of(settings, what))
    count, failures = _run(try_project(settings, files, language))
    for one in failures:
        out.print(f"[red]{one.story}[/], turn {one.turn}: “{one.said}”", highlight=False)
        out.print(f"    wanted {one.wanted}\n    got    {one.got}", highlight=False, markup=False)
    out.print(f"{count - len(failures)} of {count} stories go as told.", highlight=False)
    if failures:
        raise typer.Exit(1)


@bot_app.command("publish")
def bot_publish(
    key: str,
    version: Annotated[
        int | None, typer.Option(help="Its number; the newest trained one by default.")
    ] = None,
    share: Annotated[int, typer.Option(help="Of the conversations, in per cent.", min=1, max=100)] = 100,
    config: Config = None,
) -> None:
    """Lets a trained version answer customers; an earlier one rolls back."""
    from gateway.bot_shell import publish_version

    settings = _guarded(lambda: load_settings(config))
    done = _run(publish_version(settings, key, version, share))
    out.print(f"Version {done.number} of {key} answers from now on.", highlight=False)


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


def _guarded(read: Callable[[], R]) -> R:
    try:
        return read()
    except FilrougeError as error:
        complaints.print(f"[red]{error}[/]", highlight=False)
        raise typer.Exit(2) from error


def _run(work: Coroutine[Any, Any, R]) -> R:
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    except FilrougeError as error:
        complaints.print(f"[red]{error}[/]", highlight=False)
        raise typer.Exit(2) from error


if __name__ == "__main__":
    app()
