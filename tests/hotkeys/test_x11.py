"""Global keys on a real X server, pressed by xdotool."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import pytest

from diktate.hotkeys.backend import Unusable
from diktate.hotkeys.x11 import X11Keys
from tests.hotkeys.screen import LIMIT_S, Ear, Screen, Window, listening, obeyed, turned, wait

pytestmark = pytest.mark.desktop

DICTATE = ("ctrl+alt+d",)
ONCE = ("Down dictate", "Up dictate")


def test_a_combination_is_heard_going_down_and_up(screen: Screen, ear: Ear) -> None:
    with listening(screen, ear, dictate=DICTATE):
        screen.xdo("keydown", "ctrl", "keydown", "alt", "keydown", "d")
        ear.hears("Down dictate")
        screen.xdo("keyup", "d", "keyup", "alt", "keyup", "ctrl")
        ear.hears(*ONCE)


@pytest.mark.parametrize("first", ["ctrl", "alt", "d"])
def test_whichever_key_goes_first_ends_it(screen: Screen, ear: Ear, first: str) -> None:
    with listening(screen, ear, dictate=DICTATE):
        screen.xdo("keydown", "ctrl", "keydown", "alt", "keydown", "d")
        ear.hears("Down dictate")
        screen.xdo("keyup", first)
        ear.hears(*ONCE)
        screen.xdo("keyup", "d", "keyup", "alt", "keyup", "ctrl")
        screen.xdo("key", "ctrl+alt+d")
        ear.hears(*ONCE, *ONCE)


def test_press_and_release_are_heard_in_an_instant(screen: Screen, window: Window, ear: Ear) -> None:
    delays_ms = []
    with listening(screen, ear, dictate=("F9",)):
        for turn in range(10):
            for down in (True, False):
                sent = time.monotonic()
                window.send("F9", down=down)
                wait(lambda n=2 * turn + 2 - down: len(ear.said) >= n, "heard")  # type: ignore[misc] # mypy takes no default in a lambda
                delays_ms.append((ear.said[-1].at - sent) * 1000)  # type: ignore[union-attr] # nothing is Unusable here

    delays_ms.sort()
    logging.getLogger(__name__).info("median %.1f ms, worst %.1f ms", delays_ms[10], delays_ms[-1])
    assert ear.words == [*ONCE] * 10
    assert delays_ms[10] < 100  # measured 0.2-4 ms; a busy machine may be far slower


def test_a_held_key_repeats_nothing(screen: Screen, window: Window, ear: Ear) -> None:
    screen.run("xset", "r", "rate", "200", "30")
    with listening(screen, ear, dictate=DICTATE):
        screen.xdo("keydown", "ctrl", "keydown", "alt", "keydown", "d", "sleep", "1.5", "keyup", "d")
        screen.xdo("keyup", "ctrl", "keyup", "alt")
        ear.hears(*ONCE)
        screen.xdo("key", "ctrl+alt+d")
        ear.hears(*ONCE, *ONCE)

    assert "d" not in window.got()


def test_a_key_held_on_after_its_modifier_went_begins_nothing_new(screen: Screen, ear: Ear) -> None:
    screen.run("xset", "r", "rate", "100", "50")
    with listening(screen, ear, dictate=DICTATE):
        screen.xdo("keydown", "ctrl", "keydown", "alt", "keydown", "d", "sleep", "0.3", "keyup", "ctrl", "sleep", "0.3")
        screen.xdo("keydown", "ctrl", "sleep", "0.3", "keyup", "d", "keyup", "alt", "keyup", "ctrl")
        screen.xdo("key", "ctrl+alt+d")
        ear.hears(*ONCE, *ONCE)


@pytest.mark.parametrize("locks", [("Caps_Lock",), ("Num_Lock",), ("Caps_Lock", "Num_Lock")])
def test_locks_do_not_matter(screen: Screen, ear: Ear, locks: tuple[str, ...]) -> None:
    with listening(screen, ear, dictate=DICTATE):
        screen.xdo("key", *locks)
        screen.xdo("key", "ctrl+alt+d")
        ear.hears(*ONCE)


def test_one_tap_too_quick_to_see_is_heard(screen: Screen, window: Window, ear: Ear) -> None:
    with listening(screen, ear, dictate=("F9",)):
        for _ in range(5):
            window.send("F9", down=True)
            window.send("F9", down=False)
        wait(lambda: len(ear.said) >= 2 and ear.words[-1] == "Up dictate", "a tap")

    assert ear.words == [*ONCE] * (len(ear.words) // 2)


def test_a_key_of_another_program_is_named(screen: Screen, window: Window, ear: Ear) -> None:
    window.grab("d", 4 | 8)
    with listening(screen, ear, dictate=DICTATE, tidy=("F9",)):
        ear.hears("Unusable dictate")
        bad = ear.said[0]
        assert isinstance(bad, Unusable)
        assert bad.combination == "Ctrl+Alt+D"
        assert bad.error.what == "Ctrl+Alt+D is already used by another program."
        assert bad.error.fix

        screen.xdo("key", "F9")
        ear.hears("Unusable dictate", "Down tidy", "Up tidy")
        screen.xdo("key", "ctrl+alt+d", "key", "Num_Lock", "key", "ctrl+alt+d", "key", "F9")
        ear.hears("Unusable dictate", *("Down tidy", "Up tidy") * 2)

    assert window.got().count("d") == 2


def test_a_key_the_keyboard_lacks_is_named(screen: Screen, ear: Ear) -> None:
    with listening(screen, ear, dictate=("ctrl+ß", "F9")):
        ear.hears("Unusable dictate")
        screen.xdo("key", "F9")
        ear.hears("Unusable dictate", *ONCE)


def test_rebinding_takes_the_new_key_and_frees_the_old(screen: Screen, window: Window, ear: Ear) -> None:
    with listening(screen, ear, dictate=("F9",)) as keys:
        keys.rebind({"dictate": ("F8",)})
        obeyed(keys)

        screen.xdo("key", "F9", "key", "F8")
        ear.hears(*ONCE)
        assert window.got() == ["F9"]


def test_rebinding_a_held_key_ends_what_it_began(screen: Screen, window: Window, ear: Ear) -> None:
    screen.run("xset", "r", "rate", "100", "50")
    with listening(screen, ear, dictate=("F9",)) as keys:
        screen.xdo("keydown", "F9")
        ear.hears("Down dictate")
        keys.rebind({"tidy": ("F9",)})
        obeyed(keys)
        screen.xdo("sleep", "0.4", "keyup", "F9")
        ear.hears(*ONCE)
        screen.xdo("key", "F9")
        ear.hears(*ONCE, "Down tidy", "Up tidy")

    assert window.got() == []


def test_a_held_key_that_is_unbound_still_ends(screen: Screen, window: Window, ear: Ear) -> None:
    with listening(screen, ear, dictate=("F9",)) as keys:
        screen.xdo("keydown", "F9")
        ear.hears("Down dictate")
        keys.rebind({})
        obeyed(keys)
        screen.xdo("keyup", "F9")
        ear.hears(*ONCE)


def test_two_modes_held_one_after_another_both_end(screen: Screen, ear: Ear) -> None:
    with listening(screen, ear, dictate=("F9",), tidy=("F10",)):
        screen.xdo("keydown", "F9", "keydown", "F10", "keyup", "F9", "keyup", "F10")
        wait(lambda: len(ear.said) >= 4, "two modes")

    assert sorted(ear.words) == ["Down dictate", "Down tidy", "Up dictate", "Up tidy"]


def test_no_key_of_ours_reaches_the_focused_program(screen: Screen, ear: Ear, tmp_path: Path) -> None:
    typed = tmp_path / "typed"
    screen.spawn(["xterm", "-T", "typed", "-e", f"stty raw -echo; touch {typed}; exec cat -u > {typed}"])
    wait(typed.exists, "xterm")
    screen.xdo("search", "--sync", "--onlyvisible", "--name", "typed", "windowfocus")
    with listening(screen, ear, dictate=("ctrl+alt+d", "F9")):
        screen.xdo("keydown", "F9", "sleep", "0.8", "keyup", "F9", "key", "ctrl+alt+d", "key", "x")
        ear.hears(*ONCE, *ONCE)
        wait(lambda: "x" in typed.read_text(), "the x")

    assert typed.read_text() == "x"


def test_a_change_of_layout_moves_the_key_along(screen: Screen, window: Window, ear: Ear) -> None:
    screen.run("setxkbmap", "us")
    with listening(screen, ear, dictate=("ctrl+alt+y",)) as keys:
        screen.xdo("key", "ctrl+alt+y")
        ear.hears(*ONCE)
        for turn, layout in enumerate(("de", "us", "de"), start=2):
            screen.run("setxkbmap", layout)
            turned(keys)
            screen.xdo("key", "ctrl+alt+z", "key", "ctrl+alt+y")
            ear.hears(*ONCE * turn)
            turned(keys)
            assert "y" not in window.got()


def test_a_key_held_over_a_change_of_layout_ends(screen: Screen, window: Window, ear: Ear) -> None:
    screen.run("setxkbmap", "us")
    with listening(screen, ear, dictate=("F9", "ctrl+alt+y")):
        screen.xdo("keydown", "F9")
        ear.hears("Down dictate")
        screen.run("setxkbmap", "de")
        screen.xdo("keyup", "F9")
        ear.hears(*ONCE)


def test_a_layout_without_latin_letters_keeps_the_place(screen: Screen, ear: Ear) -> None:
    screen.run("setxkbmap", "ru")
    with listening(screen, ear, dictate=DICTATE):
        screen.xdo("keydown", "ctrl", "keydown", "alt", "key", "40", "keyup", "alt", "keyup", "ctrl")
        ear.hears(*ONCE)


def test_escape_cancels_while_the_combination_is_held(screen: Screen, window: Window, ear: Ear) -> None:
    with listening(screen, ear, dictate=DICTATE) as keys:
        screen.xdo("keydown", "ctrl", "keydown", "alt", "keydown", "d")
        ear.hears("Down dictate")
        keys.watch_cancel(("escape",))
        obeyed(keys)
        screen.xdo("key", "Escape")
        ear.hears("Down dictate", "Down cancel")
        screen.xdo("keyup", "d", "keyup", "alt", "keyup", "ctrl")
        ear.hears("Down dictate", "Down cancel", "Up dictate")

    assert "Escape" not in window.got()


def test_escape_cancels_while_nothing_is_held_and_is_let_go(screen: Screen, window: Window, ear: Ear) -> None:
    screen.run("xset", "r", "rate", "100", "50")
    with listening(screen, ear, dictate=DICTATE) as keys:
        ear.then = lambda _: keys.watch_cancel(())  # as the session does: nothing to cancel any more
        keys.watch_cancel(("escape",))
        obeyed(keys)
        screen.xdo("keydown", "Escape", "sleep", "0.5", "keyup", "Escape")
        ear.hears("Down cancel")
        obeyed(keys)
        assert window.got() == []

        screen.xdo("key", "Escape")
        assert window.got() == ["Escape"]
        ear.hears("Down cancel")


def test_escape_taken_by_another_program_is_said_only_once(screen: Screen, window: Window, ear: Ear) -> None:
    window.grab("Escape", 0)
    with listening(screen, ear, dictate=("F9",)) as keys:
        for _ in range(3):
            keys.watch_cancel(("escape",))
            keys.watch_cancel(())
        obeyed(keys)
        ear.hears("Unusable cancel")


def test_a_lone_modifier_is_seen_and_left_to_others(screen: Screen, window: Window, ear: Ear) -> None:
    with listening(screen, ear, dictate=("right ctrl",)):
        end = time.monotonic() + LIMIT_S
        while not ear.said:  # observing begins a moment after the grabs
            assert time.monotonic() < end
            screen.xdo("key", "Control_R")
        wait(lambda: ear.words[-1] == "Up dictate", "up")
        screen.xdo("keydown", "Control_R")
        wait(lambda: ear.words[-1] == "Down dictate", "down")
        screen.xdo("keyup", "Control_R")
        wait(lambda: ear.words[-1] == "Up dictate", "up")
        said = len(ear.said)
        screen.xdo("keydown", "Control_R", "key", "c", "keyup", "Control_R", "key", "c")
        wait(lambda: ear.words[said:] == ["Down dictate", "Down cancel", "Up dictate"], str(ear.words))

    assert "c" in window.got()


def test_a_lone_modifier_can_be_bound_and_unbound_at_once(screen: Screen, ear: Ear) -> None:
    with listening(screen, ear) as keys:
        for _ in range(5):
            keys.rebind({"dictate": ("right ctrl",)})
            keys.rebind({"dictate": ("F9",)})
        obeyed(keys)
        screen.xdo("key", "F9")
        ear.hears(*ONCE)

    wait(lambda: not any(thread.name == "hotkeys-record" for thread in threading.enumerate()), "threads gone")


@pytest.mark.expects_warnings
def test_a_dead_server_is_said_and_ends_the_thread(screen: Screen, ear: Ear) -> None:
    keys = X11Keys(screen.display)
    keys.start({"dictate": ("F9", "right ctrl"), "tidy": ("F10",)}, ear)
    obeyed(keys)
    screen.xdo("keydown", "F9")
    wait(lambda: "Down dictate" in ear.words, "down")

    screen.kill_server()

    wait(lambda: sum(isinstance(event, Unusable) for event in ear.said) >= 3, "three keys")
    assert ear.words[:2] == [*ONCE]
    assert sorted(event.combination for event in ear.said if isinstance(event, Unusable)) == ["F10", "F9", "Right Ctrl"]
    keys.rebind({"dictate": ("F8",)})
    keys.watch_cancel(("escape",))
    keys.stop()
    wait(lambda: not any(thread.name.startswith("hotkeys") for thread in threading.enumerate()), "threads gone")


# Xlib forgets to close the sockets of its own failed attempts to connect.
@pytest.mark.expects_warnings
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_server_is_said(ear: Ear) -> None:
    keys = X11Keys(":4999")
    keys.start({"dictate": ("F9",)}, ear)

    ear.hears("Unusable dictate")
    keys.stop()


def test_stopping_frees_every_key_and_ends_the_thread(screen: Screen, window: Window, ear: Ear) -> None:
    with listening(screen, ear, dictate=("F9",)) as keys:
        keys.watch_cancel(("escape",))
        obeyed(keys)
    screen.xdo("key", "F9", "key", "Escape")

    assert window.got() == ["F9", "Escape"]
    assert ear.said == []


def test_the_listener_itself_may_stop_it(screen: Screen, ear: Ear) -> None:
    keys = X11Keys(screen.display)
    ear.then = lambda _: keys.stop()
    keys.start({"dictate": ("F9",)}, ear)
    obeyed(keys)
    screen.xdo("key", "F9")

    wait(lambda: keys._thread is not None and not keys._thread.is_alive(), "ended")
    assert ear.words == ["Down dictate"]
