import pytest
from hypothesis import given
from hypothesis import strategies as st

from diktate.errors import SettingsError
from diktate.settings.schema import Row, Settings, row, rows

ROWS = list(rows().values())


@pytest.mark.parametrize("each", ROWS, ids=lambda each: each.key)
def test_every_row_has_words_a_page_and_a_default_it_accepts(each: Row) -> None:
    assert each.title
    assert each.page
    assert each.check(each.default) == each.default
    assert each.allowed


@pytest.mark.parametrize("each", ROWS, ids=lambda each: each.key)
def test_every_key_can_be_read_and_changed(each: Row) -> None:
    settings = Settings()

    assert settings.get(each.key) == each.default
    assert settings.with_value(each.key, each.default) == settings


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("ui.overlay", "off", False),
        ("ui.overlay", "YES", True),
        ("audio.longest_s", "60", 60),
        ("hotkeys.dictate", "f9, ctrl+alt+d", ("f9", "ctrl+alt+d")),
        ("hotkeys.verbatim", "", ()),
        ("stt.language", "de", "de"),
        ("insert.then", "enter", "enter"),
    ],
)
def test_a_value_is_read_from_one_word(key: str, text: str, value: object) -> None:
    assert row(key).parse(text) == value


@pytest.mark.parametrize(
    ("key", "value", "limits"),
    [
        ("audio.longest_s", 4, "5"),
        ("audio.longest_s", 12.5, "7200"),
        ("audio.longest_s", True, "7200"),
        ("audio.longest_s", float("nan"), "7200"),
        ("audio.longest_s", "long", "7200"),
        ("insert.then", "escape", "none, enter, tab"),
        ("ui.overlay", 1, "on, off"),
        ("hotkeys.dictate", "f9", "list"),
        ("mode", 3, "text"),
    ],
)
def test_a_bad_value_is_refused_with_its_limits(key: str, value: object, limits: str) -> None:
    with pytest.raises(SettingsError) as refused:
        row(key).check(value)

    assert limits in refused.value.fix


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"audio\.longest_s"):
        row("audio.longest")


def test_a_change_makes_a_new_snapshot_and_leaves_the_old_one() -> None:
    old = Settings()

    new = old.with_value("audio.device", "yeti")

    assert (old.audio.device, new.audio.device) == ("", "yeti")
    assert new.stt == old.stt


@given(st.sampled_from(ROWS), st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.lists(st.text())))
def test_whatever_is_given_is_accepted_in_the_right_type_or_refused_in_words(each: Row, value: object) -> None:
    refused: SettingsError | None = None
    try:
        checked = each.check(value)
    except SettingsError as error:
        refused = error

    if refused:
        assert each.key in refused.what
        assert refused.fix
    else:
        assert type(checked) is type(each.default)
