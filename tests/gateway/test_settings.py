"""The settings: one file, the environment over it, and a mistake that names its line."""

import stat
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import Settings, load_settings, resolve_secret


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "filrouge.toml"


def refusal(file: Path | None, env: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(file, env=env)
    return str(refused.value)


def test_an_unknown_key_is_refused_with_its_line(file: Path) -> None:
    file.write_text('[server]\nport = 8081\n\n[email]\nadress = "a@example.com"\n')
    assert refusal(file, {}) == f"{file}:5: email.adress: unknown key"


def test_an_unknown_section_is_refused_with_its_line(file: Path) -> None:
    file.write_text("[server]\nport = 8081\n[servre]\n")
    assert refusal(file, {}) == f"{file}:3: servre: unknown key"


def test_a_bad_value_in_a_nested_table_is_refused_with_its_line(file: Path) -> None:
    file.write_text('[email]\nenabled = true\n[email.imap]\nport = "many"\n')
    assert refusal(file, {}).startswith(f"{file}:4: email.imap.port: ")


def test_a_file_that_is_no_toml_is_refused_with_its_line(file: Path) -> None:
    file.write_text("[server]\nport = = 1\n")
    assert "line 2" in refusal(file, {})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.toml", {}).startswith(f"{tmp_path}/none.toml: cannot be read")


def test_the_environment_overrides_the_file(file: Path) -> None:
    file.write_text('[server]\nport = 8081\nhost = "0.0.0.0"\n')
    found = load_settings(file, env={"FILROUGE_SERVER__PORT": "9000"}).server
    assert (found.port, found.host) == (9000, "0.0.0.0")


def test_the_environment_reaches_nested_tables() -> None:
    assert load_settings(env={"FILROUGE_EMAIL__IMAP__TLS": "false"}).email.imap.tls is False


def test_a_mistake_in_the_environment_names_its_variable(file: Path) -> None:
    file.write_text("[server]\nport = 8081\n")
    assert refusal(file, {"FILROUGE_SERVER__PORT": "high"}).startswith("FILROUGE_SERVER__PORT: server.port: ")
    assert refusal(file, {"FILROUGE_SERVER__PROT": "1"}) == "FILROUGE_SERVER__PROT: server.prot: unknown key"


def test_lists_and_tables_in_the_environment_are_json() -> None:
    found = load_settings(
        env={
            "FILROUGE_WEBCHAT__ORIGINS": '["https://shop.example"]',
            "FILROUGE_BUSINESS__HOURS": '{"sat": [["10:00", "16:00"]]}',
        }
    )
    assert found.webchat.origins == ["https://shop.example"]
    assert found.business.hours == {"sat": [("10:00", "16:00")]}


def test_a_variable_under_a_value_that_is_no_section_is_refused(file: Path) -> None:
    file.write_text("server = 1\n")
    assert refusal(file, {"FILROUGE_SERVER__PORT": "1"}) == "FILROUGE_SERVER__PORT: server is not a section"


def test_the_short_name_of_the_port_and_the_long_one_over_it() -> None:
    short = load_settings(env={"FILROUGE_PORT": "8090"})
    both = load_settings(env={"FILROUGE_PORT": "8090", "FILROUGE_SERVER__PORT": "8091"})
    assert (short.server.port, short.server.url) == (8090, "http://127.0.0.1:8090")
    assert both.server.port == 8091


def test_a_mistake_in_the_short_name_is_named() -> None:
    assert refusal(None, {"FILROUGE_PORT": "eighty"}).startswith("FILROUGE_PORT: server.port: ")


def test_the_environment_names_the_file(file: Path) -> None:
    file.write_text('[business]\nname = "Atelier"\n')
    assert load_settings(env={"FILROUGE_CONFIG": str(file)}).business.name == "Atelier"


def test_secrets_do_not_show_themselves() -> None:
    found = load_settings(env={"FILROUGE_PROVIDER__AUTH_TOKEN": "hush", "FILROUGE_SERVER__SECRET": "hush"})
    assert "hush" not in repr(found)


def test_the_signing_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings.model_validate({"server": {"data_dir": str(tmp_path / "data")}})
    first, again = resolve_secret(settings), resolve_secret(settings)
    assert first == again
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600


def test_a_configured_secret_is_used_as_it_is(tmp_path: Path) -> None:
    settings = Settings.model_validate({"server": {"data_dir": str(tmp_path), "secret": "ours"}})
    assert resolve_secret(settings) == "ours"
    assert not (tmp_path / "secret").exists()
