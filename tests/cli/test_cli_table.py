import pytest

from ice_mock.cli.table import Column, fitting, print_table, times

NIGHT = ["2026-01-01T23:59:55.000Z", "2026-01-02T00:00:00.000Z"]


@pytest.fixture
def printed(capsys):
    def lines(*columns):
        print_table(*columns)
        return capsys.readouterr().out.splitlines()

    return lines


def test_piped_columns_stand_in_line_and_end_without_spaces(printed):
    assert printed(
        Column("NAME", ["a", "直播间"]), Column("N", ["1", "20"], right=True), Column("X", ["", "y"])
    ) == [
        "NAME     N  X",
        "a        1",
        "直播间  20  y",
    ]


def test_nothing_is_cut_when_it_is_piped(printed):
    key = "k" * 5_000

    assert printed(Column("KEY", [key], bends=10, spare=True), Column("ID", [key]))[1] == f"{key}  {key}"


def test_markup_and_control_characters_are_data(printed, terminal):
    piped = printed(Column("NAME", ["[red]x\x1b[31m"]))
    terminal(80)

    on_terminal = printed(Column("NAME", ["[red]x\x1b[31m"]))

    assert piped[1] == r"[red]x\x1b[31m"
    assert on_terminal[2].rstrip() == r"[red]x\x1b[31m"


def test_a_terminal_shows_only_what_it_has_room_for(printed, terminal):
    terminal(30)
    columns = (
        Column("ID", ["i" * 16]),
        Column("NAME", ["n" * 30], bends=10),
        Column("SPARE", ["s" * 9], spare=True),
    )

    lines = printed(*columns)

    assert [line.split() for line in lines[2:]] == [["i" * 16, "n" * 12], ["n" * 12], ["n" * 6]]


@pytest.mark.parametrize(
    ("width", "headings"), [(32, "A B C D"), (31, "A B C"), (22, "A B C"), (21, "A B"), (5, "A B")]
)
def test_spare_columns_go_from_the_right_until_a_line_fits(width, headings):
    columns = [
        Column("A", ["a" * 4]),
        Column("B", ["b" * 30], bends=6),
        Column("C", ["c" * 8], spare=True),
        Column("D", ["d" * 8], spare=True),
    ]

    assert " ".join(column.heading for column in fitting(columns, width)) == headings


def test_a_terminal_is_told_a_common_day_once(terminal):
    terminal(80)

    column = times(NIGHT[:1])

    assert (column.heading, column.cells) == ("2026-01-01", ["23:59:55"])


def test_days_that_differ_are_told(terminal):
    terminal(80)

    assert times(NIGHT).cells == ["2026-01-01 23:59:55", "2026-01-02 00:00:00"]


def test_a_pipe_is_told_every_day():
    assert times(NIGHT[:1]).cells == ["2026-01-01 23:59:55"]
