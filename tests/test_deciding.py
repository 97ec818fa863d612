"""What is answered, what is declined and why: near-misses are listed as carefully as what is known."""

import pytest

NORWAY_SELLS = ("petroleum products", "fish", "ferroalloys", "polymers", "newsprint", "fish oil")


# What is known


@pytest.mark.parametrize(
    "question, values",
    [
        ("In what year did the two states begin diplomatic relations?", (1926,)),
        ("When were diplomatic ties between Oslo and Ankara set up?", (1926,)),
        ("What was the trade volume in 2018?", (1_270_000_000,)),
        ("How much did Norway sell to Turkey in 2018?", (765_000_000,)),
        ("How much did Turkey sell to Norway in 2018?", (513_000_000,)),
        ("How much did Turkey buy from Norway in 2018?", (765_000_000,)),
        ("Norwegian imports from Turkey 2018", (513_000_000,)),
        ("exports to Turkey from Norway in 2018", (765_000_000,)),
        ("How much did Ankara sell to Oslo in 2018?", (513_000_000,)),
        ("When did trade first pass one billion dollars?", (2008,)),
        ("How much has Norway invested in Turkey?", (862_000_000,)),
        ("How much did Norway invest in Turkey between 2002 and 2018?", (862_000_000,)),
        ("When did EFTA sign its free trade agreement with Turkey?", (1991,)),
        ("When did King Harald visit Turkey?", ("5–6 November 2013",)),
        ("Who received King Harald in Ankara?", ("Abdullah Gül",)),
        ("Who hosted Erdogan in Oslo?", ("Kjell Magne Bondevik",)),
        ("Who did Gül receive?", ("Harald V",)),
        ("Who visited Stavanger?", ("Recep Tayyip Erdoğan",)),
        ("Which country did Harald visit?", ("Turkey",)),
        ("How many western countries signed the appeal?", (10,)),
    ],
)
def test_a_known_fact_is_looked_up(bot, question, values):
    answer = bot.ask(question)
    assert (answer.status, answer.values) == ("answered", values)
    assert answer.references


@pytest.mark.parametrize(
    "question, values",
    [
        (
            "Which organisations do both countries belong to?",
            ("NATO", "the World Trade Organization (WTO)", "the United Nations (UN)"),
        ),
        (
            "In which Turkish cities does Norway have honorary consulates?",
            ("Istanbul", "Antalya", "İzmir", "Alanya", "İskenderun"),
        ),
        ("What does Turkey import from Norway?", NORWAY_SELLS),
        ("What does the updated agreement cover?", ("trade in services", "environmental protection", "labour rights")),
    ],
)
def test_several_values_are_listed_all(bot, question, values):
    answer = bot.ask(question)
    assert (answer.status, answer.operation, answer.values) == ("answered", "list", values)


@pytest.mark.parametrize(
    "question, operation, value, unit",
    [
        ("How many honorary consulates does Norway have in Turkey?", "count", 5, None),
        ("How many products does Norway export to Turkey?", "count", 6, None),
        ("What is the difference between the exports of the two in 2018?", "difference", 252_000_000, "USD"),
        ("What is the sum of both exports in 2018?", "sum", 1_278_000_000, "USD"),
        ("How many times larger were Norway's exports than Turkey's in 2018?", "ratio", 1.49, None),
        ("What share of the 2018 trade volume were Norway's exports?", "share", 60.24, "percent"),
        ("Which country exported more in 2018?", "compare", "Norway", None),
        ("How long did Erdoğan's visit to Norway last?", "duration", 2, "day"),
        ("How many years lie between the two visits?", "duration", 8, "year"),
    ],
)
def test_what_follows_from_facts_is_worked_out(bot, question, operation, value, unit):
    answer = bot.ask(question)
    assert (answer.status, answer.operation, answer.values, answer.unit) == ("answered", operation, (value,), unit)


def test_an_average_shows_what_it_is_of(bot):
    answer = bot.ask("What was the average investment per year?")
    assert answer.operation == "average"
    assert answer.unit == "USD"
    assert answer.values[0] == pytest.approx(862_000_000 / 17)
    assert "over 17 years" in answer.text


def test_a_subject_said_once_holds_for_both_sides(bot):
    answer = bot.ask("Was Norway's investment larger than its exports in 2018?")
    assert answer.values == ("yes",)
    assert "97 million dollars" in answer.text
    assert "Turkey's exports" not in answer.text


@pytest.mark.parametrize(
    "question", ["Which clubs like NATO are both in?", "What clubs are both countries in (NATO etc)?"]
)
def test_an_example_of_what_is_asked_for_narrows_nothing(bot, question):
    assert len(bot.ask(question).values) == 3


# Leaving out


@pytest.mark.parametrize(
    "question, values",
    [
        ("Which cities besides İzmir have a Norwegian honorary consulate?", ("Istanbul", "Antalya", "Alanya", "İskenderun")),  # noqa: E501 - a table
        ("Which cities besides Alanya and Antalya have Norwegian consulates?", ("Istanbul", "İzmir", "İskenderun")),
        ("Which organisations other than NATO do both belong to?", ("the World Trade Organization (WTO)", "the United Nations (UN)")),  # noqa: E501 - a table
        ("Which products does Turkey export apart from automobiles?", ("passenger vessels", "fishing vessels", "motor vehicles", "textile products")),  # noqa: E501 - a table
    ],
)  # fmt: skip
def test_what_is_excluded_is_not_listed(bot, question, values):
    assert bot.ask(question).values == values


def test_an_exclusion_that_cannot_be_made_is_no_answer(bot):
    answer = bot.ask("Which organisations other than EFTA do both belong to?")
    assert answer.values != ("NATO",)
    assert "EFTA" not in answer.values


def test_what_is_not_so_is_told_from_what_is_known_of_the_others(bot):
    answer = bot.ask("What does Norway not export to Turkey?")
    assert not set(answer.values) & set(NORWAY_SELLS)


def test_which_is_not_where_all_are_has_no_answer(bot):
    assert bot.ask("Which of the two is not a NATO member?").values == ()


# Yes and no


@pytest.mark.parametrize(
    "question, detail",
    [
        ("Is Turkey a member of NATO?", "NATO"),
        ("Norway and Turkey are both in NATO, right?", "NATO"),
        ("Is it true that Norway and Turkey are both NATO members?", "NATO"),
        ("Is there a Norwegian consulate in Alanya?", "Alanya"),
        ("Does Norway have an embassy in Turkey?", "embassies"),
        ("Does Norway export newsprint to Turkey?", "newsprint"),
        ("Did King Harald visit Turkey in 2013?", "5–6 November 2013"),
        ("Did Harald visit Turkey on 5 November 2013?", "5–6 November 2013"),
        ("Did King Harald visit Ankara and Istanbul?", "Harald"),
        ("Did Gül receive King Harald?", "Harald"),
        ("Were relations established in 1926?", "1926"),
        ("Were diplomatic relations established before 1930?", "1926"),
        ("Was the trade volume in 2018 1.27 billion dollars?", "1.27 billion dollars"),
        ("Was the trade volume in 2018 above one billion dollars?", "1.27 billion dollars"),
        ("Did Norway invest more than 800 million dollars in Turkey?", "862 million dollars"),
        ("Was Erdoğan prime minister in 2005?", "Prime Minister"),
        ("Did ten western countries sign the appeal?", "ten western countries"),
    ],
)
def test_yes_with_the_fact_that_shows_it(bot, question, detail):
    answer = bot.ask(question)
    assert (answer.status, answer.operation, answer.values) == ("answered", "verify", ("yes",))
    assert answer.text.startswith("Yes. ")
    assert detail in answer.text
    assert answer.references


@pytest.mark.parametrize(
    "question, detail",
    [
        ("Were relations established in 1927?", "1926"),
        ("Did King Harald visit Turkey in 2005?", "5–6 November 2013"),
        ("Did Harald visit Turkey on 7 November 2013?", "5–6 November 2013"),
        ("Did Erdoğan visit Norway on April 13th 2005?", "11–12 April 2005"),
        ("Did Erdoğan visit Norway in 2013?", "11–12 April 2005"),
        ("Did Erdoğan visit Bergen?", "Oslo and Stavanger"),
        ("Did King Harald visit Antalya?", "Ankara and Istanbul"),
        ("Did Gül receive Erdoğan?", "Bondevik"),
        ("Did Harald host Gül?", "visited Turkey"),
        ("Is there a Norwegian consulate in Bursa?", "Istanbul, Antalya, İzmir, Alanya and İskenderun"),
        ("Does Turkey export newsprint to Norway?", "Norway exports newsprint"),
        ("Was the trade volume in 2018 2 billion dollars?", "1.27 billion dollars"),
        ("Was the trade volume in 2018 1.27 million dollars?", "1.27 billion dollars"),
        ("Was the trade volume in 2018 1.27 billion euros?", "1.27 billion dollars"),
        ("Did Norway invest less than 800 million dollars in Turkey?", "862 million dollars"),
        ("Was Erdoğan president in 2005?", "President"),
        ("Was the free trade agreement updated in 2018?", "2017"),
        ("Did nine western countries sign the appeal?", "Ten (10)"),
        ("Were twelve ambassadors declared persona non grata?", "Ten (10)"),
        ("Were the ambassadors expelled?", "not expelled"),
    ],
)
def test_no_with_the_right_detail(bot, question, detail):
    answer = bot.ask(question)
    assert (answer.status, answer.operation, answer.values) == ("answered", "verify", ("no",))
    assert answer.text.startswith("No. ")
    assert detail in answer.text
    assert answer.references


@pytest.mark.parametrize(
    "question",
    [
        "Did the foreign minister order Erdoğan to expel the ambassadors?",
        "Did the ambassadors order Erdoğan?",
        "Did Kavala appeal for the release of ten countries?",
        "Will King Harald visit Turkey?",
    ],
)
def test_roles_turned_round_and_the_future_are_not_affirmed(bot, question):
    assert bot.ask(question).values != ("yes",)


# Amounts, numbers and lengths as people write and compare them


@pytest.mark.parametrize(
    "question",
    [
        "Did Norway export $765m to Turkey in 2018?",
        "Did Norway sell 765 000 000 dollars of goods to Turkey in 2018?",
        "Did Norway export more than three quarters of a billion dollars to Turkey in 2018?",
        "Was trade above half a billion in 2018?",
        "Did trade top one billion in 2018?",
        "Did Norwegian exports in 2018 exceed 700 million?",
        "Is 862 million more than what Norway exported to Turkey in 2018?",
        "Were Turkey's exports less than half of the total trade in 2018?",
        "Did King Harald visit Turkey on 05.11.2013?",
        "Did Erdoğan's visit last two days?",
        "Was Harald's visit 2 days long?",
        "Are there more than four honorary consulates?",
        "Did Norway export more to Turkey than it imported in 2018?",
        "Did Norway invest more in Turkey than it sold there?",
    ],
)
def test_yes_however_the_amount_is_written_or_compared(bot, question):
    assert bot.ask(question).values == ("yes",)


@pytest.mark.parametrize(
    "question, detail",
    [
        ("Were Turkish exports to Norway over 600 million in 2018?", "513 million"),
        ("Was the king's trip three days long?", "2 days"),
        ("Did Turkey sell more than it bought?", "765 million"),
        ("Did investment exceed a billion?", "862 million"),
        ("Are there six honorary consulates?", "5"),
        ("Is it right that trade first exceeded a billion dollars in 2018?", "2008"),
        ("Is it correct that King Harald was hosted by Bondevik?", "received by President Abdullah Gül"),
    ],
)
def test_no_however_the_amount_is_written_or_compared(bot, question, detail):
    answer = bot.ask(question)
    assert answer.values == ("no",)
    assert detail in answer.text


@pytest.mark.parametrize(
    "question, value",
    [
        ("What is the ratio of Norwegian to Turkish exports?", 1.49),
        ("Norwegian exports were how many times the Turkish ones in 2018?", 1.49),
        ("By what percentage did Norwegian exports exceed Turkish ones?", 49.12),
        ("How many years of relations were there by 2018?", 92),
        ("How many years from 1926 until trade passed a billion?", 82),
        ("What year was the 50th anniversary of diplomatic relations?", 1976),
        ("Count the honorary consulates", 5),
    ],
)
def test_what_follows_is_worked_out_from_other_wordings_too(bot, question, value):
    assert bot.ask(question).values == (value,)


@pytest.mark.parametrize(
    "question, beginning",
    [
        ("Which agreements were signed after the king's visit?", "The agreement on the exchange of financial"),
        ("Who visited after the first billion of trade?", "King Harald V visited"),
        ("What happened before the free trade agreement?", "Norway and Turkey established"),
        ("What happened to Norway's envoy in autumn 2021?", "In October 2021 President"),
        ("What is the newest agreement?", "In 2018"),
        ("What does the section on high level visits say?", "Prime Minister Recep Tayyip Erdoğan visited"),
        ("Who was host in 2013 and who was host in 2005?", "President Abdullah Gül received Harald V. Prime Minister"),
    ],
)
def test_events_sections_and_two_questions_in_one(bot, question, beginning):
    answer = bot.ask(question)
    assert answer.status == "answered"
    assert answer.text.startswith(beginning)


@pytest.mark.parametrize(
    "question",
    [
        "Who is Norway's current prime minister?",
        "Which country joined NATO first?",
        "Which consulate is the oldest?",
        "How many people came with Erdoğan in 2005?",
        "How many articles does the Vienna Convention have?",
        "On what date in 1926 were relations established?",
        "When is the next visit?",
        "Does the agreement cover investments?",
        "Where did King Harald stay in Istanbul?",
        "Where is the Norwegian embassy in Turkey?",
        "What was agreed when Erdoğan met Bondevik?",
        "Who is the honorary consul in Alanya?",
        "Who were the ten ambassadors?",
        "Which Turkish car brands are sold in Norway?",
        "Which four topics were added to the agreement?",
        "Did Norway export 252 million dollars more than Turkey in 2018?",
        "He sails, and Norway sells ships to Turkey, but what else do they sell?",
    ],
)
def test_what_is_only_near_to_something_known_is_declined(bot, question):
    answer = bot.ask(question)
    assert answer.status in ("no_data", "not_understood", "clarify")
    assert answer.values == ()


# False premises


def test_a_visit_in_the_wrong_year_is_put_right(bot):
    answer = bot.ask("When did King Harald visit Turkey in 2005?")
    assert answer.text == "Not in 2005. Harald V visited Turkey on 5–6 November 2013."
    assert answer.values == ()
    assert ("contradicted", "time time 2005") in answer.explanation.reasons


@pytest.mark.parametrize(
    "question",
    [
        "Why did Turkey expel the ambassadors?",
        "Why were the ten ambassadors expelled from Turkey?",
        "Which country expelled ten ambassadors?",
        "Why did King Harald resign?",
        "Why did Norway leave NATO?",
        "Did Norway expel the Turkish ambassador?",
        "Who ordered the foreign minister to resign?",
    ],
)
def test_a_false_premise_is_never_played_along_with(bot, question):
    answer = bot.ask(question)
    assert answer.status != "answered" or "not expelled" in answer.text or "decided not to expel" in answer.text


# Near-misses: something like it is known, this is not


@pytest.mark.parametrize(
    "question",
    [
        "What was the trade volume in 2015?",
        "What was the trade volume in 2019?",
        "What was the trade volume in 2008?",
        "What was the trade volume in 2081?",
        "What was the trade volume in 218?",
        "How much did Norway export to Turkey in 2017?",
        "What did Turkey buy from Norway in 2017?",
        "What did Norway export to Turkey in 1995?",
        "How much did Norway invest in Turkey in 2010?",
        "How much did Norway invest in Turkey in 2018?",
        "How much did Norway invest in Turkey between 2003 and 2018?",
        "How much did Norway invest in Turkey between 2018 and 2002?",
        "When did trade exceed two billion dollars?",
        "What happened in 1815?",
        "What happened in 2020?",
        "What happened on 13 April 2005?",
        "When did Harald visit Turkey on 31 November 2013?",
    ],
)
def test_another_year_or_amount_is_not_answered_with_the_known_one(bot, question):
    answer = bot.ask(question)
    assert answer.status in ("no_data", "not_understood")
    assert answer.values == ()
    assert answer.references == ()


@pytest.mark.parametrize(
    "question",
    [
        "When did Norway and Sweden establish diplomatic relations?",
        "When did Denmark and Turkey establish relations?",
        "How much did Norway invest in Sweden?",
        "What does Norway export to Germany?",
        "When did Erdoğan visit Sweden?",
        "When did EFTA sign a free trade agreement with Israel?",
        "Does Norway have an embassy in Greece?",
        "Is Norway in the European Union?",
        "Is there a Norwegian consulate in Ålesund?",
        "Does Norway export timber to Turkey?",
        "Does the updated agreement cover fisheries?",
        "Who received Sonja in Ankara?",
    ],
)
def test_another_country_place_or_thing_is_not_answered_with_the_known_one(bot, question):
    answer = bot.ask(question)
    assert answer.status in ("no_data", "not_understood")
    assert answer.values == ()


@pytest.mark.parametrize(
    "question",
    [
        "How much did Turkey invest in Norway?",
        "How many consulates does Turkey have in Norway?",
        "When did King Harald visit Norway?",
        "When did Gül visit Norway?",
        "When did Bondevik visit Turkey?",
        "When did the Norwegian prime minister visit Turkey?",
        "Who received Bondevik in Ankara?",
        "When did King Harald host Erdoğan?",
        "When did Bondevik receive King Harald?",
        "When did Erdoğan host Bondevik?",
        "When did Harald receive Gül?",
        "Who was the host of Gül?",
        "Does Turkey have consulates in Norway?",
        "When did Norway visit Turkey?",
        "When will the next visit be?",
        "How many months did the visit last?",
        "Who was hosted by Harald?",
    ],
)
def test_the_other_direction_is_not_answered_with_the_known_one(bot, question):
    answer = bot.ask(question)
    assert answer.status in ("no_data", "not_understood")
    assert answer.values == ()


@pytest.mark.parametrize(
    "question",
    [
        "What was the trade volume in euros?",
        "What was the trade volume in Turkish lira?",
        "How many euros did Norway invest in Turkey?",
        "How many tonnes of fish does Norway export to Turkey?",
        "When did trade exceed one billion euros?",
        "Was the trade volume larger than the year of the first visit?",
        "Is the investment larger than the visit?",
        "Did Norway invest more in Turkey than King Harald visited?",
    ],
)
def test_units_are_never_mixed(bot, question):
    answer = bot.ask(question)
    assert answer.status in ("no_data", "not_understood")
    assert answer.values == ()


@pytest.mark.parametrize(
    "question",
    [
        "What is the population of Turkey?",
        "How tall is Erdoğan?",
        "How many people live in Istanbul?",
        "How is the weather in Oslo?",
        "Is it warm in Antalya?",
        "Who won the match between Norway and Turkey?",
        "What is the name of the Norwegian ambassador?",
        "When did Turkey join NATO?",
        "When did Norway join the WTO?",
        "On which day were relations established?",
        "Who is the current king of Norway?",
    ],
)
def test_another_thing_about_somebody_known_is_not_answered(bot, question):
    answer = bot.ask(question)
    assert answer.status in ("no_data", "not_understood", "clarify")
    assert answer.values == ()


# Windows of time and the clock


@pytest.mark.parametrize(
    "question, values",
    [
        ("What happened before 1950?", ("1926",)),
        ("What happened between 2010 and 2015?", ("5–6 November 2013",)),
        ("Which events took place between 1900 and 1950?", ("1926",)),
        ("What happened in October 2021?", ("October 2021",)),
        ("What happened on 12 April 2005?", ("11–12 April 2005",)),
        ("What happened in the 2000s?", ("2000s", "11–12 April 2005", "2008")),
        ("What happened after 2018?", ("October 2021",)),
    ],
)
def test_what_happened_in_a_time(bot, question, values):
    answer = bot.ask(question)
    assert (answer.status, answer.operation, answer.values) == ("answered", "window", values)


def test_an_empty_time_says_which_are_not_empty(bot):
    answer = bot.ask("What happened in 1815?")
    assert answer.status == "no_data"
    assert "1926" in answer.text


@pytest.mark.parametrize(
    "question", ["How many years ago were relations established?", "For how many years have the two had relations?"]
)
def test_elapsed_time_is_counted_to_the_clock(bot, question):
    answer = bot.ask(question)
    assert (answer.operation, answer.values, answer.unit) == ("elapsed", (100,), "year")
    assert "2026" in answer.text


# Saying what stands in the way


@pytest.mark.parametrize(
    "question, codes",
    [
        ("What does Norway export to Germany?", {"unknown-word"}),
        ("How many people live in Istanbul?", {"left-over-word"}),
        ("When did Turkey join NATO?", {"unfilled-question"}),
        ("What was the trade volume in 2015?", {"contradicted"}),
        ("What happened in 1815?", {"no-statement"}),
        ("On which day were relations established?", {"coarser-than-asked"}),
        ("Is the investment larger than the visit?", {"operation-not-possible"}),
    ],
)
def test_each_refusal_names_its_reason_by_a_stable_code(bot, question, codes):
    assert {code for code, _ in bot.explain(question).reasons} == codes


@pytest.mark.parametrize(
    "question, word",
    [("What does Norway export to Germany?", "Germany"), ("How many people live in Istanbul?", "live")],
)
def test_the_word_in_the_way_is_named(bot, question, word):
    assert f"“{word}”" in bot.ask(question).text


def test_a_refusal_offers_what_is_known(bot):
    answer = bot.ask("What was the trade volume in 2015?")
    assert "2018" in answer.text
    assert answer.suggestions
    for suggestion in answer.suggestions:
        assert bot.ask(suggestion).status == "answered"


@pytest.mark.parametrize("question", ["hello", "Hello!", "thanks", "help", "who are you?", "bye"])
def test_social_turns_are_met_as_such(bot, question):
    answer = bot.ask(question)
    assert (answer.status, answer.confidence) == ("social", 1.0)
    assert answer.text
    assert answer.references == ()


def test_a_greeting_does_not_hide_the_question(bot):
    assert bot.ask("Hello, when did King Harald visit Turkey?").values == ("5–6 November 2013",)


def test_a_word_that_points_to_nothing_is_asked_about(bot):
    answer = bot.ask("When did he visit Turkey?")
    assert answer.status == "clarify"
    assert "he" in answer.text
