import itertools

from hypothesis import given
from hypothesis import strategies as st

from diktate.audio.segmenter import PAD_S, Segmenter, Span, pieces
from diktate.audio.vad import WINDOW_S

SPEECH, SILENCE = 0.95, 0.02


def sound(*parts: tuple[float, float]) -> list[float]:
    """Give probabilities for (seconds, probability) one after another."""
    return [likely for lasts_s, likely in parts for _ in range(round(lasts_s / WINDOW_S))]


def test_silence_has_no_pieces() -> None:
    assert pieces(sound((5, SILENCE)), 28) == []


def test_a_click_is_not_speech() -> None:
    assert pieces(sound((1, SILENCE), (0.1, SPEECH), (1, SILENCE)), 28) == []


def test_one_loud_window_alone_is_no_onset() -> None:
    assert pieces([SILENCE, SPEECH] * 100, 28) == []


def test_speech_keeps_a_little_silence_on_either_side() -> None:
    [piece] = pieces(sound((2, SILENCE), (1, SPEECH), (2, SILENCE)), 28)

    assert abs(piece.start_s - (2 - PAD_S)) < 2 * WINDOW_S
    assert abs(piece.end_s - (3 + PAD_S)) < 2 * WINDOW_S
    assert abs(piece.speech_s - 1) < 2 * WINDOW_S


def test_what_fits_one_window_is_one_piece() -> None:
    talk = sound((1, SPEECH), (1, SILENCE), (1, SPEECH), (0.5, SILENCE), (3, SPEECH))

    assert len(pieces(talk, 28)) == 1


def test_a_long_silence_parts_pieces_the_sooner_the_longer_the_piece_is() -> None:
    assert len(pieces(sound((3, SPEECH), (1.0, SILENCE), (3, SPEECH)), 28)) == 1
    assert len(pieces(sound((6, SPEECH), (1.0, SILENCE), (3, SPEECH)), 28)) == 2
    assert len(pieces(sound((12, SPEECH), (0.5, SILENCE), (3, SPEECH)), 28)) == 2


def test_a_long_talk_is_cut_at_its_longest_pause() -> None:
    talk = sound((6, SPEECH), (0.15, SILENCE), (3, SPEECH), (0.3, SILENCE), (6, SPEECH))

    first, second = pieces(talk, 15)

    assert abs(first.end_s - (9.15 + 0.15)) < 3 * WINDOW_S
    assert abs(second.start_s - (9.45 - 0.15)) < 3 * WINDOW_S


def test_speech_without_a_pause_is_cut_where_it_is_least_likely() -> None:
    talk = sound((12, SPEECH), (0.1, 0.4), (10, SPEECH))

    first, second = pieces(talk, 15)

    assert abs(first.end_s - 12) < 0.2
    assert first.end_s == second.start_s


@given(
    st.lists(st.tuples(st.floats(0.05, 20), st.sampled_from([SPEECH, 0.4, SILENCE])), max_size=12),
    st.sampled_from([15.0, 28.0]),
)
def test_pieces_are_in_order_fit_the_window_and_share_no_sample(
    parts: list[tuple[float, float]], longest: float
) -> None:
    likely = sound(*parts)

    found = pieces(likely, longest)

    assert all(piece.end_s - piece.start_s <= longest + WINDOW_S for piece in found)
    edges = [edge for piece in found for edge in (piece.start_s, piece.end_s)]
    assert edges == sorted(edges)
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(likely) * WINDOW_S)


@given(st.lists(st.tuples(st.floats(0.4, 20), st.sampled_from([SPEECH, SILENCE])), max_size=12))
def test_every_stretch_of_speech_is_in_a_piece(parts: list[tuple[float, float]]) -> None:
    found = pieces(sound(*parts), 15.0)

    start_s = 0.0
    for lasts_s, likely in parts:
        end_s = start_s + round(lasts_s / WINDOW_S) * WINDOW_S
        if likely == SPEECH:
            middle = (start_s + end_s) / 2
            assert any(piece.start_s <= middle <= piece.end_s for piece in found)
        start_s = end_s


@given(
    st.lists(st.tuples(st.floats(0.05, 12), st.sampled_from([SPEECH, 0.4, SILENCE])), max_size=10),
    st.lists(st.integers(1, 200), min_size=1, max_size=20),
)
def test_however_the_sound_comes_in_the_pieces_are_the_same(parts: list[tuple[float, float]], sizes: list[int]) -> None:
    likely = sound(*parts)
    segmenter, found, at = Segmenter(15.0), list[Span](), 0
    for size in itertools.cycle(sizes):
        if at >= len(likely):
            break
        found += segmenter.add(likely[at : at + size])
        at += size

    assert found + segmenter.end() == pieces(likely, 15.0)


def test_a_piece_is_given_out_as_soon_as_its_pause_has_been_heard() -> None:
    segmenter = Segmenter(28.0)

    assert segmenter.add(sound((6, SPEECH), (0.5, SILENCE))) == []
    [piece] = segmenter.add(sound((0.2, SILENCE)))

    assert abs(piece.end_s - (6 + PAD_S)) < 2 * WINDOW_S
    assert segmenter.add(sound((20, SILENCE))) == []
    assert segmenter.end() == []


def test_the_last_piece_keeps_all_the_silence_it_may() -> None:
    [piece] = pieces(sound((2, SPEECH), (0.2, SILENCE)), 28)

    assert abs(piece.end_s - 2.2) < 2 * WINDOW_S
