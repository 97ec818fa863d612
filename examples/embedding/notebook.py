# A notebook as a script: Jupyter (with jupytext), VS Code, Spyder and PyCharm show each `# %%` as a cell.

# %% A bot, and a question
from collections import Counter

from bot import Bot

bot = Bot.load()
answer = bot.ask("What was the trade volume in 2018?")
print(answer.text)
print(answer.values, answer.unit, answer.references)

# %% Why it says so: how each word was read, and what was considered
print(answer.explanation.text())

# %% A conversation
session = bot.session()
for said in ("Did Erdoğan visit Norway?", "Who received him?", "and where?"):
    print(">", said)
    print(session.ask(said).text)

# %% Many questions, and what came of them
asked = [f"What was the trade volume in {year}?" for year in range(2000, 2020)]
print(Counter(answer.status for answer in bot.ask_many(asked)))

# %% A subject of one's own, made on the spot
planets = {"Mercury": 4879, "Venus": 12104, "Earth": 12756, "Mars": 6792}
knowledge = {
    "types": {"planet": {"label": "planet"}},
    "entities": {name.lower(): {"label": name, "type": "planet"} for name in planets},
    "properties": {
        "diameter": {
            "label": "diameter",
            "roles": {"planet": "planet", "size": "quantity"},
            "subject": "planet",
            "value": "size",
            "unit": "km",
            "sentence": "The diameter of {planet} is {size}.",
        }
    },
    "documents": {"sheet": {"label": "Planetary fact sheet"}},
    "reference": {"document": "sheet"},
    "statements": {"diameter": [{"planet": name.lower(), "size": size} for name, size in planets.items()]},
}
intents = {"intents": {"diameter": {"about": "diameter", "patterns": ["{planet} (diameter|big|large)"]}}}
own = Bot.load(intents, knowledge)
print(own.ask("What is the diameter of Mars?").text)
