"""STOP in people's words: what is a refusal, what is none, and what somebody has to look at."""

import pytest

from channels.sms.consent import wish_of

REFUSED = """STOP SMS|stop svp|Arrêtez|Arretez de m'envoyer des SMS|Stop 36105|«STOP»|ＳＴＯＰ|Désinscrire|desabonnement
stop 🙏|UNSUBSCRIBE please|je veux plus recevoir vos sms|Stop.|"STOP"|STOP STP MERCI|arret sms|ARRÊT|stop pub|stop all
Bonjour, stop merci|Désabonnez-moi|je ne souhaite plus recevoir vos messages|ne m'envoyez plus de sms|plus de pub svp
please stop texting me|don't text me|remove my number|no more messages please|opt out|cessez de me contacter
retirez-moi de votre liste|STOP au 36105|désinscription|je veux pas de vos pubs|𝗦𝗧𝗢𝗣|Quit|end|CANCEL"""
NOT_REFUSED = """non stop merci|le camion ne s'arrête pas|stop ou encore ?|je me suis arrêtée devant la boutique
unsubscribe link is broken, can you help|Où est ma commande ?|merci|arrêt de bus place Bellecour, j'y suis
le livreur s'est arrêté chez le voisin|comment annuler ma commande|Can you cancel order CF-10234?|the end of the month
weekend|je veux recevoir vos sms|pas de souci, merci|je n'ai pas reçu le sms de confirmation|"""
GRANTED = "START|start|Reprendre|start svp|UNSTOP"


def lines(told: str) -> list[str]:
    return [line for line in told.replace("\n", "|").split("|") if line]


@pytest.mark.parametrize("text", lines(REFUSED))
def test_a_refusal_in_any_words(text: str):
    assert wish_of(text) == "refused"


@pytest.mark.parametrize("text", lines(NOT_REFUSED))
def test_what_only_looks_like_one(text: str):
    assert wish_of(text) in (None, "unsure")


@pytest.mark.parametrize("text", lines(GRANTED))
def test_wanting_them_again(text: str):
    assert wish_of(text) == "granted"


@pytest.mark.parametrize("text", ["unsubscribe link is broken", "stop c'est pas moi", "stop ma commande svp"])
def test_what_is_not_certain_is_for_staff_to_confirm(text: str):
    assert wish_of(text) == "unsure"


@pytest.mark.parametrize("text", ["", " ", "🙏", "?", "x" * 2000, "stop " * 200])
def test_nothing_in_particular(text: str):
    assert wish_of(text) is None
