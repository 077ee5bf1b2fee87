"""What is new in an answer, by the ways mail programs quote in French, English and elsewhere."""

import time

import pytest

from channels.email.replies import split

QUOTES = {
    "gmail fr": "Le lun. 5 mai 2025 à 10:12, Service <s@example.com> a écrit :\n\n> Bonjour",
    "gmail fr, wrapped": "Le lun. 5 mai 2025 à 10:12, Service clients\n<s@example.com> a écrit :\n> Bonjour",
    "gmail fr, narrow space": "Le lun. 5 mai 2025 à 10:12, Service <s@example.com> a écrit\u202f:\n\n> Bonjour",
    "gmail en": "On Mon, May 5, 2025 at 10:12 AM Support <s@example.com> wrote:\n\n> Hello",
    "apple mail en": "On 5 May 2025, at 10:12, Support <s@example.com> wrote:\n\n> Hello\n> there",
    "apple mail fr": "Le 5 mai 2025 à 10:12, Service <s@example.com> a écrit :\n\n> Bonjour",
    "yahoo fr": "Le lundi 5 mai 2025 à 10:12:33 UTC+2, Service <s@example.com> a écrit : \n\nBonjour",
    "outlook fr": "De : Service <s@example.com>\nEnvoyé : lundi 5 mai 2025\nÀ : Lucie\nObjet : Commande\n\nBonjour",
    "outlook en": "From: Support <s@example.com>\nSent: Monday, May 5, 2025\nTo: Tom\nSubject: Order\n\nHello",
    "outlook web": "______________________\nDe : Service <s@example.com>\nEnvoyé : lundi\nÀ : Lucie\n\nBonjour",
    "bold headers": "*From:* Support <s@example.com>\n*Sent:* Monday\n*To:* Tom\n*Subject:* Order\n\nHello",
    "original message": "-----Original Message-----\nFrom: Support\nHello",
    "message d'origine": "---- Message d'origine ----\nDe : Service\nBonjour",
    "message d’origine": "-------- Message d’origine --------\nDe : Service\nBonjour",
    "mail original": '----- Mail original -----\nDe: "Service"\nBonjour',
    "orange": '> Message du 05/05/25 10:12\n> De : "Service" <s@example.com>\n> A : lucie@example.org\n>\n> Bonjour',
    "bare quote": "> Bonjour\n> Comment allez-vous ?",
    "our own line": "## Merci de répondre au-dessus de cette ligne ##\n\nBonjour",
    "german": "Am 05.05.25 um 10:12 schrieb Service:\n\n> Guten Tag",
    "russian": '05.05.2025, 10:12, "Service" <s@example.com>:\n\nДобрый день',
}


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
def test_the_quoted_mail_is_cut_off(quote: str) -> None:
    parts = split(f"C'est noté, merci.\n\n{quote}")
    assert parts.new == "C'est noté, merci."
    assert parts.quoted.split() == quote.split()


@pytest.mark.parametrize(
    "text",
    [
        "On peut passer demain à 10:30 :\nest-ce possible ?",
        "Le colis est arrivé cassé :\nque faire ?",
        "De mon côté : rien.\nÀ vous : la suite.",
        "Prix : 12 €\nDate : demain",
        "a > b et c\n\n> seule ligne citée dans le texte\n\nMerci de votre aide.",
        "On your remote host you can run:\n\n  telnet example.com\n\nIf that fails, wrote nothing.",
        "Sent from my desk, it is much easier than from my phone.",
    ],
)
def test_what_only_looks_like_a_quote_stays(text: str) -> None:
    assert split(text).new == text


def test_an_answer_below_the_quote_is_the_new_text() -> None:
    assert split("On 5/5/25 10:12, Tom wrote:\n> Which colour?\n\nBlue.").new == "Blue."


def test_an_answer_between_the_quoted_lines_keeps_them_as_its_context() -> None:
    parts = split("Voir plus bas.\n\n> Couleur ?\n> Taille ?\n\nBleu, en 42.\n\n> Merci\n")
    assert "> Couleur ?" in parts.new
    assert "Bleu, en 42." in parts.new


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nLucie Martin\n06 39 98 00 01",
        "Envoyé de mon iPhone",
        "Sent from my Samsung Galaxy smartphone.",
        "Envoyé à partir d’Outlook pour Android",
        "Get Outlook for iOS<https://aka.example/o0ukef>",
        "Télécharger Outlook pour Android",
        "Ce message et ses pièces jointes sont confidentiels et destinés à leur seul destinataire.",
        "This e-mail and any attachments are confidential.",
        "_______________________________________________\nlist@example.org",
    ],
)
def test_a_signature_is_cut_off(signature: str) -> None:
    parts = split(f"Bonjour,\nmerci.\n\n{signature}")
    assert parts.new == "Bonjour,\nmerci."
    assert parts.signature.split() == signature.split()


def test_a_long_text_below_two_dashes_is_no_signature() -> None:
    text = "Un\n--\n" + "\n".join(f"ligne {n}" for n in range(40))
    assert split(text).new == text


def test_nothing_of_a_forwarded_mail_is_quoted() -> None:
    text = "Que faire ?\n\n-----Message d'origine-----\nDe : Transporteur"
    assert split(text, forward=True).new == text


@pytest.mark.parametrize(
    "text",
    [
        "On 1 " * 40_000,
        "On 1\n" * 40_000,
        ">" * 200_000,
        "> a\n" * 50_000,
        "From: a\n" * 20_000,
        "From: a\n\n" * 20_000,
        "-" * 200_000,
        "- \n_ \n" * 30_000,
        "Le 1 a@b\n" * 20_000 + ":",
        "12:30 @ " * 20_000 + ":",
        "On 1 <a@b> wrote\n" * 20_000,
        ":\n" * 50_000,
    ],
    ids=range(12),
)
def test_hostile_texts_are_cut_quickly(text: str) -> None:
    began = time.process_time()
    split(text)
    assert time.process_time() - began < 2.0


MINE = "Bonjour,\n\nLe colis est arrivé cassé. Que dois-je faire ?"
THEIRS = "Nous avons expédié votre colis."


@pytest.mark.parametrize(
    "between",
    [
        "==== Message du : 12/12/2026 13:20\nDe : service@example.com\nA : lea@example.org\n",
        "==== Message from : service@example.com ====\n",
        "---- On Wed, 24 Nov 2026 14:02:50 +0100 service@example.com wrote ----\n",
        "--- Am 24.11.2026 um 14:02 schrieb Service <service@example.com> ---\n",
        "---- Le mar., 24 nov. 2026 14:02 Service <service@example.com> a écrit ----\n",
        "On Wed, 24 Nov 2026 08:14:43 +0100 Service <service@example.com> wrote\n",
        "Le 24 nov. 2026 à 08:14, Service <service@example.com> a écrit\n",
        '30.11.2026, 18.30, "Service - Client" <service@example.com>:',
        "ti 24. marraskuuta 2026 klo 17.50 Service Client <service@example.com> kirjoitti:\n",
        "Den tis 24 nov. 2026 kl 17.50 skrev Service <service@example.com>:\n",
        "-------- Oprindelig besked --------\nFra: Service <service@example.com>\n"
        "Dato: 24.11.2026 17.45 (GMT+01:00)\nTil: lea@example.org\nEmne: Votre colis\n",
        "Lähettäjä: Service <service@example.com>\nLähetetty: tiistai 24. marraskuuta 2026 17.50\n"
        "Vastaanottaja: lea@example.org\nAihe: Votre colis\n",
        "Från: Service <service@example.com>\nSkickat: den 24 november 2026 17:50\nTill: lea@example.org\n"
        "Ämne: Votre colis\n",
    ],
)
def test_more_ways_in_which_programs_begin_the_quoted_mail(between: str):
    assert split(f"{MINE}\n\n{between}\n{THEIRS}").new == MINE


@pytest.mark.parametrize(
    "line",
    [
        "Sent from TypeApp<http://typeapp.example/r?b=1>",
        "Get BlueMail for Android <https://bluemail.example>",
        "Gesendet von Outlook für Android<https://aka.example/x>",
        "Gesendet mit der mobilen Mail App",
        "Enviado desde Outlook para Android<https://aka.example/x>",
        "Inviato da Outlook per iOS",
        "Skickat från min iPhone",
        "Sent from Proton Mail mobile",
    ],
)
def test_more_programs_that_sign_below_what_was_written(line: str):
    assert split(f"{MINE}\n\n{line}").new == MINE


@pytest.mark.parametrize(
    "text",
    [
        "On m'a dit que le colis partait le 24 à 18.30, puis plus rien.",
        "-- 3 articles --\nune lampe, deux vases, à livrer le 24",
        "=== Important ===\nLivraison avant midi",
        "De : Paris à : Lyon, sujet : transport, date : demain",
        "J'ai écrit à service@example.com le 12 à 10:30 et personne n'a répondu",
    ],
)
def test_what_looks_like_these_ways_stays(text: str):
    assert split(text).new == text
