"""`answer_batch` in the hands of each engine: the tables are real where the package is small, else its calls are."""

import json
import pickle
import subprocess
import sys
from functools import partial

import pytest

from bot import ANSWER_COLUMNS, Bot, answer_batch

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
np = pytest.importorskip("numpy")

QUESTIONS = ["When did relations begin?", "trade 2018", "What is the capital of Mars?"]


def plain(frame):
    """The columns of any table as lists."""
    return frame.to_dict(as_series=False) if isinstance(frame, pl.DataFrame) else {n: list(frame[n]) for n in frame}


def expected(bot, questions):
    records = [bot.ask(question).record() for question in questions]
    return {
        name: [
            (json.dumps(record[name], ensure_ascii=False) if record[name] else None)
            if name in ("values", "slots", "references", "suggestions")
            else record[name]
            for record in records
        ]
        for name in ANSWER_COLUMNS
    }


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda columns: pd.DataFrame(columns, index=range(7, 7 + len(columns["question"]))), id="pandas"),
        pytest.param(pl.DataFrame, id="polars"),
        pytest.param(dict, id="dict"),
        pytest.param(lambda columns: {n: np.array(c, dtype=object) for n, c in columns.items()}, id="numpy"),
    ],
)
def test_a_table_keeps_its_kind_its_columns_and_its_rows(bot, make):
    table = make({"id": [4, 5, 6], "question": QUESTIONS})
    answered = answer_batch(table, bot)
    assert type(answered) is type(table)
    assert plain(answered) == {"id": [4, 5, 6], "question": QUESTIONS, **expected(bot, QUESTIONS)}
    assert list(plain(table)) == ["id", "question"]  # what came in is as it was


def test_an_index_of_pandas_stays():
    frame = pd.DataFrame({"question": ["hello", "hello"]}, index=["b", "a"])
    assert list(answer_batch(frame).index) == ["b", "a"]


def test_types_do_not_depend_on_the_answers(bot):
    """Engines join batches, and refuse those whose columns differ."""
    tables = (QUESTIONS, ["hello"], [])
    asked = [pd.DataFrame({"question": questions}) for questions in tables]
    assert len({tuple(answer_batch(frame, bot)[list(ANSWER_COLUMNS)].dtypes) for frame in asked}) == 1
    lazily = [
        pl.DataFrame({"question": questions}, {"question": pl.String}) for questions in (QUESTIONS, ["hello"], [])
    ]
    schemas = {tuple(answer_batch(frame, bot).schema.items()) for frame in lazily}
    assert schemas == {
        (("question", pl.String), *((n, pl.Float64 if n == "confidence" else pl.String) for n in ANSWER_COLUMNS))
    }


def test_spark_hands_over_an_iterator_and_gets_one(bot):
    """`mapInPandas` calls the function once for a partition, with an iterator of frames, and reads as it goes."""
    handed = []

    def frames():
        for question in QUESTIONS:
            handed.append(question)
            yield pd.DataFrame({"question": [question]})

    answered = partial(answer_batch, bot=bot)(frames())
    assert handed == []
    assert next(answered)["values"].to_list() == ["[1926]"]
    assert handed == QUESTIONS[:1]
    assert [frame["status"][0] for frame in answered] == ["answered", bot.ask(QUESTIONS[2]).status]


def test_ray_hands_over_arrays_and_takes_arrays(bot):
    """`map_batches` sends the function to other processes, and gives it a dict of numpy arrays."""
    function = pickle.loads(pickle.dumps(partial(answer_batch, bot=bot)))
    answered = function({"question": np.array(QUESTIONS, dtype=object)})
    assert {type(column) for column in answered.values()} == {np.ndarray}
    assert (answered["confidence"].dtype, answered["text"].dtype) == (float, object)


def test_polars_maps_lazily_over_batches(bot):
    lazy = pl.LazyFrame({"question": QUESTIONS})
    schema = answer_batch(pl.DataFrame(schema={"question": pl.String}), bot).schema
    answered = lazy.map_batches(partial(answer_batch, bot=bot), schema=schema).select("values").collect()
    assert answered["values"].to_list() == ["[1926]", "[1270000000]", None]


def test_rows_of_a_session_are_one_conversation_in_order(bot):
    asked = [
        ("a", "Did Erdoğan visit Norway?"),
        (None, "hello"),
        ("b", "Who received him?"),
        ("a", "Who received him?"),
    ]
    frame = pd.DataFrame(asked, columns=["session", "question"])
    texts = answer_batch(frame, bot)["text"].to_list()
    session = bot.session()
    assert [texts[0], texts[3]] == [session.ask(asked[0][1]).text, session.ask(asked[3][1]).text]
    assert texts[2] == bot.session().ask(asked[2][1]).text != texts[3]


@pytest.mark.parametrize(
    "wrong, text",
    [
        (None, "This row could not be read: the question is missing."),
        (float("nan"), "This row could not be read: the question is missing."),
        (pd.NA, "This row could not be read: the question is missing."),
        (pd.NaT, "This row could not be read: the question is missing."),
        (7, "This row could not be read: the question is no text but of type int."),
        (["When?"], "This row could not be read: the question is no text but of type list."),
    ],
)
def test_what_is_no_question_costs_its_own_row(bot, wrong, text):
    frame = pd.DataFrame({"question": pd.Series(["hello", wrong], dtype=object)})
    answered = answer_batch(frame, bot)
    assert answered["status"].to_list() == ["social", "not_understood"]
    assert answered["text"][1] == text


def test_columns_can_be_named(bot):
    frame = pd.DataFrame({"text": ["hello"], "chat": ["a"]})
    answered = answer_batch(frame, bot, question="text", session="chat", prefix="answer_")
    assert list(answered) == ["text", "chat", *(f"answer_{name}" for name in ANSWER_COLUMNS)]


def test_a_column_is_never_replaced_in_silence(bot):
    frame = pd.DataFrame({"question": ["hello"], "text": ["mine"]})
    message = "the batch has a column 'text' already; say prefix='answer_', or rename it"
    with pytest.raises(ValueError, match=f"^{message}$"):
        answer_batch(frame, bot)


def test_a_table_without_questions_is_refused(bot):
    with pytest.raises(KeyError) as caught:
        answer_batch({"q": ["hello"], "id": [1]}, bot)
    assert caught.value.args == ("the batch has no column 'question'; it has 'q', 'id'",)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ("hello", "a batch is a pandas or polars DataFrame, a dict of columns or an iterator of these, not str"),
        (["hello"], "a batch is a pandas or polars DataFrame, a dict of columns or an iterator of these, not list"),
        (
            pl.LazyFrame({"question": ["hello"]}),
            "a batch is a pandas or polars DataFrame, a dict of columns or an iterator of these, not LazyFrame; "
            "a lazy frame has its own map_batches",
        ),
    ],
    ids=["text", "list", "lazy"],
)
def test_what_is_no_table_is_refused(wrong, message):
    with pytest.raises(TypeError) as caught:
        answer_batch(wrong)
    assert str(caught.value) == message


def test_the_bundled_bot_is_loaded_once_in_a_process(monkeypatch):
    loads = []
    load = Bot.load
    monkeypatch.setattr(Bot, "load", lambda *places: (loads.append(places), load(*places))[1])
    from bot import frames

    frames._bundled.cache_clear()
    for _ in range(3):
        answer_batch({"question": ["hello"]})
    assert loads == [()]


def test_it_imports_no_engine():
    code = "import sys, bot; bot.answer_batch({'question': ['hello']}); print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pandas", "polars", "numpy", "pyarrow", "ray", "pyspark"} & set(found)
