"""What the telephone says by itself, in both languages, and how each language is asked of the provider."""

from dataclasses import dataclass

from core.settings import VoiceSettings
from core.words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    greeting: str  # {business} is its name
    other_language: str  # said in the other language, before the greeting's question
    question: str
    not_heard: str
    still_looking: str
    one_moment: str
    waiting: str
    goodbye: str
    hidden_caller: str


FR = Phrases(
    greeting="Bonjour et bienvenue chez {business}.",
    other_language="Pour continuer en français, tapez 9.",
    question="Que puis-je faire pour vous ?",
    not_heard="Je ne vous ai pas entendu. Que puis-je faire pour vous ?",
    still_looking="Un instant, je cherche.",
    one_moment="Un instant, je vous mets en relation avec un conseiller.",
    waiting="Merci de patienter, un conseiller va vous répondre.",
    goodbye="Merci de votre appel. Au revoir.",
    hidden_caller="Numéro masqué",
)
EN = Phrases(
    greeting="Hello and welcome to {business}.",
    other_language="For English, press 9.",
    question="What can I do for you?",
    not_heard="I did not hear you. What can I do for you?",
    still_looking="One moment, I am looking.",
    one_moment="One moment, I am putting you through to an adviser.",
    waiting="Thank you for holding, an adviser will be with you.",
    goodbye="Thank you for calling. Goodbye.",
    hidden_caller="Hidden number",
)
PHRASES = {Language.FR: FR, Language.EN: EN}
LOCALES = {Language.FR: "fr-FR", Language.EN: "en-GB"}
OTHER = {Language.FR: Language.EN, Language.EN: Language.FR}
SWITCH_KEY = "9"


def voice_of(settings: VoiceSettings, language: Language) -> str:
    return settings.voice_fr if language is Language.FR else settings.voice_en
