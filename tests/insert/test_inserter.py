"""The order of deeds around a paste, without a system."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pytest

from diktate.errors import Cancelled, InsertError
from diktate.flow import Flag, Insertion
from diktate.insert.inserter import Focus, Inserter, Read, Saved

EDITOR, MANAGER = 7, 9
TEXT = "the words"
OLD = Saved((("text/plain", b"old"),))


@dataclass
class World:
    """Clipboard, keys, reader and clock in one; `log` is what was done, in order."""

    log: list[str] = field(default_factory=list)
    now: float = 0.0
    focus: list[Focus | None] = field(default_factory=lambda: [editor()])
    reads: list[tuple[float, int]] = field(default_factory=list)
    """(seconds after the keys, who)"""
    taken_at: float | None = None
    held_until: float = 0.0
    stuck: bool = False
    keys_fail: bool = False
    reader_fails: bool = False
    cancel_at_offer: Flag | None = None
    sent_at: float = 0.0

    def insert(
        self,
        then: Literal["none", "enter", "tab"] = "none",
        cancel: Flag | None = None,
        method: Literal["auto", "clipboard"] = "auto",
    ) -> Insertion:
        tool = Inserter(self, self, self, clock=lambda: self.now)
        return tool.insert(
            TEXT, method=method, then=then, cancel=cancel or Flag(), on_slow=lambda: self.log.append("slow")
        )

    # keys
    def focused(self) -> Focus | None:
        return self.focus.pop(0) if len(self.focus) > 1 else self.focus[0]

    def held(self) -> bool:
        self.now += 0.1
        return self.now < self.held_until

    def release_modifiers(self) -> bool:
        return not self.stuck

    def paste(self) -> None:
        if self.keys_fail:
            raise InsertError("no keys.")
        self.sent_at = self.now
        self.log.append("keys")

    def tap(self, key: str) -> None:
        self.log.append(key)

    # saved
    def read(self, limit_s: float, *, primary: bool) -> Saved:  # noqa: ARG002 - the protocol's names
        if self.reader_fails:
            raise InsertError("no X.")
        return OLD

    # clipboard and offer
    def offer(self, text: str, *, also_primary: bool = False, instead_of: Saved | None = None) -> World:  # noqa: ARG002 - the protocol's names
        assert text == TEXT
        self.log.append("offer" if instead_of else "leave")
        if self.cancel_at_offer:
            self.cancel_at_offer.set()
        return self

    def next_read(self, timeout_s: float) -> Read | None:
        until = self.now + timeout_s
        if self.taken_at is not None and self.sent_at + self.taken_at < until:
            self.now = max(self.now, self.sent_at + self.taken_at)
            return None
        if self.reads and self.sent_at + self.reads[0][0] <= until:
            after_s, who = self.reads.pop(0)
            self.now = max(self.now, self.sent_at + after_s)
            return Read(who, 1, self.sent_at + after_s)
        self.now = until
        return None

    def ours(self) -> bool:
        return self.taken_at is None or self.now < self.sent_at + self.taken_at

    def restore(self) -> bool:
        self.log.append("restore")
        return True

    def keep(self) -> None:
        self.log.append("keep")


def editor(window: int = 1) -> Focus:
    return Focus(window, "editor", terminal=False, reads=lambda read: read.requestor == EDITOR)


def test_a_read_by_the_window_is_the_moment_of_insertion() -> None:
    world = World(reads=[(0.02, EDITOR)])

    done = world.insert()

    assert world.log == ["offer", "keys", "restore"]
    assert done.read_ms == pytest.approx(20)
    assert done.at == pytest.approx(world.sent_at + 0.02)
    assert world.now == pytest.approx(world.sent_at + 0.12), "put back after a tenth of a second of quiet"


def test_reads_by_others_count_for_nothing() -> None:
    world = World(reads=[(0.0, MANAGER), (0.2, MANAGER)])

    assert not world.insert().confirmed
    assert world.log == ["offer", "keys", "slow", "keep"]


def test_a_slow_window_is_told_once_and_waited_for() -> None:
    world = World(reads=[(1.7, MANAGER), (1.9, MANAGER), (4.0, EDITOR)])

    assert world.insert().confirmed
    assert world.log == ["offer", "keys", "slow", "restore"]


def test_a_taken_clipboard_ends_the_wait() -> None:
    world = World(taken_at=0.3)

    assert not world.insert().confirmed
    assert world.now == pytest.approx(world.sent_at + 0.3)


def test_enter_follows_only_a_confirmed_read() -> None:
    read, unread = World(reads=[(0.02, EDITOR)]), World()
    read.insert(then="enter")
    unread.insert(then="enter")

    assert read.log == ["offer", "keys", "restore", "enter"]
    assert "enter" not in unread.log


def test_enter_does_not_go_to_another_window() -> None:
    world = World(reads=[(0.02, EDITOR)], focus=[editor(), editor(window=2)])

    world.insert(then="enter")

    assert "enter" not in world.log


@pytest.mark.expects_warnings
@pytest.mark.parametrize("world", [World(focus=[None]), World(stuck=True)])
def test_where_nothing_can_be_pasted_the_words_are_left(world: World) -> None:
    done = world.insert()

    assert (done.method, done.confirmed) == ("clipboard", False)
    assert world.log == ["leave"]


def test_held_keys_are_waited_for_two_seconds() -> None:
    world = World(held_until=60, reads=[(0.02, EDITOR)])

    world.insert()

    assert world.sent_at == pytest.approx(2.1, abs=0.15)


def test_a_cancel_before_the_offer_touches_nothing() -> None:
    world, cancel = World(held_until=60), Flag()
    cancel.set()

    with pytest.raises(Cancelled):
        world.insert(cancel=cancel)
    assert world.log == []


def test_a_cancel_before_the_keys_gives_the_clipboard_back() -> None:
    cancel = Flag()
    world = World(cancel_at_offer=cancel)

    with pytest.raises(Cancelled):
        world.insert(cancel=cancel)
    assert world.log == ["offer", "restore"]


@pytest.mark.parametrize(
    ("world", "log"),
    [(World(reader_fails=True), ["leave"]), (World(keys_fail=True), ["offer", "keep"])],
)
def test_what_the_system_refuses_is_still_on_the_clipboard(world: World, log: list[str]) -> None:
    with pytest.raises(InsertError):
        world.insert()
    assert world.log == log


def test_only_the_clipboard_needs_no_keys() -> None:
    world = World(reader_fails=True, keys_fail=True)

    assert world.insert(method="clipboard").method == "clipboard"
    assert world.log == ["leave"]


def test_what_was_saved_is_not_in_any_log_line() -> None:
    assert "old" not in repr(OLD)
