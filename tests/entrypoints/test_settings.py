"""Settings: which source wins, and one clear sentence for each wrong configuration."""

from __future__ import annotations

import json
import re

import pytest

from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.entrypoints.bad_configuration import BadConfiguration
from cronlytic_mcp.entrypoints.settings import Options, read_settings

KEY = "sk-Very-Secret-0123456789"
OTHER_KEY = "sk-Other-Secret-9876543210"
USER = "3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11"
CREDENTIALS = {"CRONLYTIC_API_KEY": KEY, "CRONLYTIC_USER_ID": USER}


@pytest.fixture
def home(tmp_path):
    return tmp_path


@pytest.fixture
def write_file(home):
    def write(content, name="config.json", mode=0o600):
        path = home / ".cronlytic" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        path.chmod(mode)
        return path

    return write


def refusal(home, environment=None, **options):
    with pytest.raises(BadConfiguration) as caught:
        read_settings(Options(**options), environment or {}, home)
    sentence = str(caught.value)
    assert re.fullmatch(r"[^\n]+[.?]|[^\n]+chmod.*", sentence), "one sentence on one line"
    assert KEY not in sentence
    assert OTHER_KEY not in sentence
    return sentence


# --- Where values come from ----------------------------------------------------------------------


def test_without_anything_the_backend_is_local(home):
    settings = read_settings(Options(), {}, home)
    assert (settings.backend, settings.credentials, settings.log_level) == ("local", None, "info")
    assert settings.base_url == "https://api.cronlytic.com/prog"


def test_with_credentials_the_backend_is_cronlytic(home):
    settings = read_settings(Options(), CREDENTIALS, home)
    assert settings.backend == "cronlytic"
    assert settings.credentials.api_key.reveal() == KEY
    assert settings.credentials.user_id == USER


def test_credentials_do_not_force_the_cronlytic_backend(home):
    assert read_settings(Options(backend="memory"), CREDENTIALS, home).backend == "memory"


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(home, write_file):
    write_file({"log_level": "error", "base_url": "https://file.example/api", "backend": "memory"})
    environment = {
        **CREDENTIALS,
        "CRONLYTIC_LOG_LEVEL": "warning",
        "CRONLYTIC_BASE_URL": "https://env.example/api",
    }
    by_file = read_settings(Options(), CREDENTIALS, home)
    by_environment = read_settings(Options(), environment, home)
    by_line = read_settings(
        Options(log_level="debug", base_url="https://line.example/api/"), environment, home
    )
    assert (by_file.log_level, by_file.base_url) == ("error", "https://file.example/api")
    assert (by_environment.log_level, by_environment.base_url) == ("warning", "https://env.example/api")
    assert (by_line.log_level, by_line.base_url) == ("debug", "https://line.example/api")


def test_the_key_of_the_environment_wins_over_the_files_and_the_user_id_of_the_file_fits_it(home, write_file):
    write_file({"api_key": OTHER_KEY, "user_id": USER})
    settings = read_settings(Options(), {"CRONLYTIC_API_KEY": KEY}, home)
    assert settings.credentials.api_key.reveal() == KEY


def test_a_key_file_of_the_environment_wins_over_a_key_of_the_configuration_file(home, write_file):
    write_file({"api_key": OTHER_KEY, "user_id": USER})
    key_file = write_file(KEY + "\n", "key")
    settings = read_settings(Options(), {"CRONLYTIC_API_KEY_FILE": str(key_file)}, home)
    assert settings.credentials.api_key.reveal() == KEY


@pytest.mark.parametrize("source", ["option", "environment"])
def test_another_configuration_file_can_be_named(home, write_file, source):
    write_file({"log_level": "error"})
    named = str(write_file({"log_level": "debug"}, "other.json"))
    options = Options(config=named) if source == "option" else Options()
    environment = {"CRONLYTIC_CONFIG": named} if source == "environment" else {}
    assert read_settings(options, environment, home).log_level == "debug"


def test_an_empty_variable_counts_as_not_set(home):
    empty = dict.fromkeys(
        ["CRONLYTIC_API_KEY", "CRONLYTIC_USER_ID", "CRONLYTIC_BACKEND", "CRONLYTIC_CONFIG"], ""
    )
    assert read_settings(Options(), empty, home).backend == "local"


def test_a_machine_without_a_home_directory_starts(home):
    assert read_settings(Options(), CREDENTIALS, None).backend == "cronlytic"


def test_a_file_written_by_an_editor_that_marks_utf8_is_read(home, write_file):
    write_file("\ufeff" + json.dumps({"log_level": "debug"}))
    assert read_settings(Options(), {}, home).log_level == "debug"


# --- What a person is warned of ------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_with_the_key_that_others_can_read_is_a_warning_with_the_command_to_run(
    home, write_file, mode
):
    path = write_file({"api_key": KEY, "user_id": USER}, mode=mode)
    (warning,) = read_settings(Options(), {}, home).warnings
    assert f"chmod 600 {path}" in warning
    assert f"{mode:04o}" in warning
    assert KEY not in warning


@pytest.mark.parametrize(
    ("content", "mode"), [({"api_key": KEY, "user_id": USER}, 0o600), ({"log_level": "info"}, 0o644)]
)
def test_a_closed_file_and_one_without_the_key_are_no_warning(home, write_file, content, mode):
    write_file(content, mode=mode)
    assert read_settings(Options(), {}, home).warnings == ()


# --- What ends the start -------------------------------------------------------------------------


def test_no_representation_shows_the_key(home, write_file):
    write_file({"api_key": KEY, "user_id": USER})
    settings = read_settings(Options(), {}, home)
    assert KEY not in repr(settings)
    assert KEY not in str(settings.credentials.api_key)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not valid JSON (line 1, column 2)"),
        ('{"api_key": "' + KEY + '",}', "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "one JSON object"),
        ('"text"', "one JSON object"),
        ({"apikey": KEY}, "did you mean api_key?"),
        ({"CRONLYTIC_USER_ID": USER}, "did you mean user_id?"),
        ({"colour": "red"}, "'colour', which is unknown; the keys are api_key"),
        ({KEY: "value"}, "has a key, which is unknown"),
        ({"log_level": 3}, "log_level"),
        ({"api_key": [KEY]}, "must be a string"),
        ({"user_id": None}, "must be a string"),
    ],
)
def test_a_wrong_configuration_file_is_told_with_its_path(home, write_file, content, said):
    path = write_file(content)
    sentence = refusal(home)
    assert said in sentence
    assert str(path) in sentence


def test_a_file_that_is_no_text_is_told(home, write_file):
    path = write_file("{}")
    path.write_bytes(b"\xff\xfe\x00")
    assert "it is not UTF-8 text" in refusal(home)


def test_a_directory_in_place_of_the_file_is_told(home):
    (home / ".cronlytic" / "config.json").mkdir(parents=True)
    assert "cannot be read (Is a directory)" in refusal(home)


@pytest.mark.parametrize("source", ["option", "environment"])
def test_a_named_file_that_does_not_exist_is_told(home, source):
    missing = str(home / "none.json")
    options = {"config": missing} if source == "option" else {}
    environment = {} if source == "option" else {"CRONLYTIC_CONFIG": missing}
    place = "--config" if source == "option" else "CRONLYTIC_CONFIG"
    assert refusal(home, environment, **options) == f"{place} names {missing}, which does not exist."


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"CRONLYTIC_API_KEY": KEY}, "user id is not; set CRONLYTIC_USER_ID"),
        ({"CRONLYTIC_USER_ID": USER}, "API key is not; set CRONLYTIC_API_KEY"),
        (
            {"CRONLYTIC_API_KEY": KEY, "CRONLYTIC_USER_ID": "me@example.com"},
            "CRONLYTIC_USER_ID must be a UUID",
        ),
        (
            {"CRONLYTIC_API_KEY": KEY, "CRONLYTIC_USER_ID": "{" + USER + "}"},
            "CRONLYTIC_USER_ID must be a UUID",
        ),
        ({**CREDENTIALS, "CRONLYTIC_API_KEY": KEY + "\nX: y"}, "CRONLYTIC_API_KEY must be visible ASCII"),
        ({**CREDENTIALS, "CRONLYTIC_API_KEY": KEY + " x"}, "CRONLYTIC_API_KEY must be visible ASCII"),
        ({**CREDENTIALS, "CRONLYTIC_API_KEY": KEY + "\u00e9"}, "CRONLYTIC_API_KEY must be visible ASCII"),
        ({**CREDENTIALS, "CRONLYTIC_API_KEY": KEY + "\x7f"}, "CRONLYTIC_API_KEY must be visible ASCII"),
        (
            {**CREDENTIALS, "CRONLYTIC_API_KEY_FILE": "/x"},
            "CRONLYTIC_API_KEY and CRONLYTIC_API_KEY_FILE are both set",
        ),
        ({"CRONLYTIC_API_KEY_FILE": "/no/such/file"}, "cannot be read (No such file or directory)"),
        (
            {"CRONLYTIC_BACKEND": "cronlytic"},
            "needs credentials; set CRONLYTIC_API_KEY and CRONLYTIC_USER_ID",
        ),
        ({"CRONLYTIC_BACKEND": "cloud"}, "must be one of cronlytic, local, memory; it is 'cloud'"),
        (
            {"CRONLYTIC_LOG_LEVEL": "loud"},
            "must be one of debug, info, warning, error, critical; it is 'loud'",
        ),
        ({"CRONLYTIC_LOG_LEVEL": "x" * 200}, "it is something else"),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(home, environment, said):
    assert said in refusal(home, environment)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.cronlytic.com/prog",
        "http://10.0.0.1/prog",
        "http://127.0.0.1.example.com",
        "ftp://api.cronlytic.com",
        "api.cronlytic.com/prog",
        "https://",
        "https://user:password@api.cronlytic.com",
        "https://api.cronlytic.com/?key=1",
        "https://api.cronlytic.com/#x",
        "https://api.cronlytic.com:99999",
        "https://[::1",
        "https://api cronlytic.com",
        "https://api.cronlytic.com\\@evil.example",
        "https://api.cronlytic.com/\u0007",
    ],
)
def test_a_base_url_that_could_leak_the_key_is_refused_and_not_repeated(home, url):
    sentence = refusal(home, CREDENTIALS, base_url=url)
    assert sentence.startswith("--base-url must ")
    assert "password@" not in sentence


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://[::1]:8000/prog", "http://localhost:1"])
def test_a_base_url_on_this_machine_may_be_http(home, url):
    assert read_settings(Options(base_url=url), CREDENTIALS, home).base_url == url


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "which is empty"),
        (" \n", "which is empty"),
        ("x" * 9000, "longer than 8192 bytes"),
        ("a b", "visible ASCII"),
    ],
)
def test_a_wrong_key_file_is_told_with_its_path(home, write_file, content, said):
    path = write_file(content, "key")
    sentence = refusal(home, {"CRONLYTIC_API_KEY_FILE": str(path), "CRONLYTIC_USER_ID": USER})
    assert said in sentence
    assert str(path) in sentence


def test_a_key_file_whose_name_cannot_be_one_is_told(home, write_file):
    write_file({"api_key_file": "a\0b", "user_id": USER})
    assert "cannot be read" in refusal(home)


# --- Read-only mode, and hosts that are allowed ----------------------------------------------------


@pytest.mark.parametrize("text", ["true", "TRUE", "1", "yes", "on"])
def test_the_environment_can_switch_changes_off(home, text):
    assert read_settings(Options(), {"CRONLYTIC_READ_ONLY": text}, home).read_only is True


def test_the_command_line_and_the_file_can_switch_changes_off_too(home, write_file):
    assert read_settings(Options(read_only="true"), {"CRONLYTIC_READ_ONLY": "false"}, home).read_only is True
    write_file({"read_only": True})
    assert read_settings(Options(), {}, home).read_only is True
    assert read_settings(Options(), {"CRONLYTIC_READ_ONLY": "off"}, home).read_only is False


def test_changes_are_allowed_unless_they_are_switched_off(home, write_file):
    assert read_settings(Options(), {}, home).read_only is False
    write_file({"read_only": False})
    assert read_settings(Options(), {}, home).read_only is False


def test_a_switch_that_is_neither_on_nor_off_ends_the_start(home):
    sentence = refusal(home, {"CRONLYTIC_READ_ONLY": "perhaps"})
    assert sentence == "CRONLYTIC_READ_ONLY must be true or false; it is 'perhaps'."


@pytest.mark.parametrize(
    "written",
    ["localhost:8080, build.lan,10.1.0.0/16,,[::1]", ["localhost:8080", "build.lan", "10.1.0.0/16", "::1"]],
)
def test_hosts_are_allowed_by_name_by_port_and_by_network(home, write_file, written):
    write_file({"allow_hosts": written})
    allowed = read_settings(Options(), {}, home).allow_hosts
    assert allowed == AllowedHosts.parse(["localhost:8080", "build.lan", "10.1.0.0/16", "::1"])


def test_hosts_are_allowed_by_the_environment_alike(home):
    allowed = read_settings(Options(), {"CRONLYTIC_ALLOW_HOSTS": "build.lan"}, home).allow_hosts
    assert allowed.allows_name("build.lan", 80)


def test_nothing_is_allowed_by_default(home):
    assert read_settings(Options(), {}, home).allow_hosts is None


@pytest.mark.parametrize("entry", ["http://build.lan", "10.1.0.1/16", "127.1", "host:0"])
def test_an_entry_that_allows_nothing_is_told(home, entry):
    sentence = refusal(home, {"CRONLYTIC_ALLOW_HOSTS": f"build.lan,{entry}"})
    assert sentence.startswith(f"CRONLYTIC_ALLOW_HOSTS: the entry {entry!r} ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"read_only": 1}, "read_only in the configuration file"),
        ({"read_only": "maybe"}, "must be true or false"),
        ({"allow_hosts": [1]}, "must be a list of strings"),
        ({"allow_hosts": {"a": 1}}, "must be a list of strings"),
        ({"backend": ["memory"]}, "must be a string in quotes"),
        ('{"attempts": ' + "9" * 5000 + "}", "a number of too many digits"),
    ],
)
def test_a_setting_of_the_wrong_kind_is_told(home, write_file, content, said):
    path = write_file(content)
    sentence = refusal(home)
    assert said in sentence
    assert str(path) in sentence
