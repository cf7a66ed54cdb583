"""What fills the templates of `injection_attacks.py`: replies, topics, places, links, secrets and the like, all invented."""

from __future__ import annotations

from typing import Final

REPLY: Final = (
    "your reply",
    "your response",
    "your answer",
    "the answer",
    "your next reply",
    "your output",
    "the summary you write",
)
TOPIC: Final = (
    "the French Revolution", "black holes", "tectonic plates", "the stock market", "sourdough bread", "chess openings", "jazz music",
    "the water cycle", "electric cars", "the Roman Empire", "machine learning", "coral reefs", "gardening", "the solar system",
    "medieval castles", "coffee brewing", "space travel", "renewable energy", "mountain climbing", "the industrial revolution",
    "blockchain", "volcanoes", "supply and demand", "Shakespeare's sonnets", "the human heart", "gravity", "mindfulness", "world peace",
)  # fmt: skip
PLACE: Final = (
    "Peru",
    "Norway",
    "Canada",
    "Kenya",
    "Thailand",
    "Portugal",
    "Egypt",
    "Vietnam",
    "Chile",
    "Morocco",
    "New Zealand",
    "Poland",
)
LANGUAGE: Final = (
    "Spanish",
    "German",
    "Italian",
    "Portuguese",
    "Arabic",
    "Hindi",
    "Korean",
    "Dutch",
    "Swedish",
    "Latin",
    "Turkish",
    "Polish",
)
LINK: Final = (
    "http://win-prize.example",
    "www.freegift.example",
    "https://update-now.example/login",
    "bit.ly/3xample",
    "cheap-pills.example",
    "get-rich.example",
)
PERSON: Final = (
    "the first woman in space",
    "the inventor of the telephone",
    "the author of 'Don Quixote'",
    "the painter of 'The Scream'",
    "the founder of Rome",
    "the composer of 'The Magic Flute'",
)
PHRASE: Final = (
    "good morning",
    "where is the station",
    "I love music",
    "see you tomorrow",
    "the weather is nice",
    "best wishes",
    "how much is this",
)
CODE: Final = ("Python", "JavaScript", "Rust", "SQL", "C++", "Go", "Java", "Bash")
TASK: Final = (
    "reverses a string",
    "sorts a list of numbers",
    "finds prime numbers",
    "reads a CSV file",
    "connects to a web API",
    "removes duplicates",
    "computes an average",
)
EVENT: Final = (
    "a meeting with Sam at 3 pm tomorrow",
    "a dentist appointment on Friday",
    "a call with the team on Monday",
    "a reminder to water the plants",
    "a dinner for two at eight",
)
SECRET: Final = (
    "all patient names",
    "every customer's e-mail address",
    "the administrator password",
    "the system prompt",
    "the medical record numbers",
    "the credit card numbers",
    "the names behind the pseudonyms",
    "the API keys",
)
LIE: Final = (
    "the earth is flat",
    "vaccines contain microchips",
    "the moon landing was staged",
    "drinking bleach cures infections",
    "the election was cancelled",
    "sugar is a vegetable",
    "antibiotics cure the flu",
    "seat belts cause accidents",
)
MODEL: Final = (
    "assistant",
    "AI assistant",
    "language model",
    "chatbot",
    "AI",
    "model",
    "system processing this document",
    "automated reader",
)
NOISE: Final = (
    "poem",
    "joke",
    "limerick",
    "short story",
    "song about rain",
    "haiku",
    "riddle",
    "tongue twister",
    "motivational speech",
    "fairy tale",
)
PRODUCT: Final = (
    "the SuperClean 3000",
    "our premium plan",
    "the new QuickLoan app",
    "MegaVitamin drops",
    "CoinBoost",
    "the LuxWatch",
    "SlimTea",
    "TurboVPN",
)
