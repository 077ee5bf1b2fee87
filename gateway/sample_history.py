"""The samples' past conversations: who wrote what to whom, and how it ended. All invented."""

from dataclasses import dataclass

from core.words import ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`lines` are (customer | agent | note, text), in order; the first is the customer's."""

    customer: str
    agent: str
    channel: ChannelName
    days_ago: int
    hours: int
    outcome: str
    lines: tuple[tuple[str, str], ...]
    subject: str = ""


EMAIL, SMS = ChannelName.EMAIL, ChannelName.SMS

STORIES = (
    Story(
        customer="Léa Martin",
        agent="camille",
        channel=EMAIL,
        days_ago=31,
        hours=2,
        outcome="resolved",
        subject="Lampe arrivée fêlée",
        lines=(
            (
                "customer",
                "Bonjour,\n\nMa lampe en céramique (commande CF-10187) est arrivée avec le pied fêlé. "
                "Pouvez-vous m'en renvoyer une ?\n\nMerci d'avance,\nLéa Martin",
            ),
            ("note", "Photo reçue le mois dernier pour un cas semblable : le lot B est fragile."),
            (
                "agent",
                "Bonjour Madame Martin,\n\nJe suis désolée pour ce désagrément. Une lampe neuve part demain, "
                "le retour de l'ancienne n'est pas nécessaire.\n\nBien à vous,\nCamille",
            ),
            ("customer", "Parfait, merci pour votre rapidité !"),
        ),
    ),
    Story(
        customer="Léa Martin",
        agent="hugo",
        channel=SMS,
        days_ago=9,
        hours=5,
        outcome="answered",
        lines=(
            ("customer", "Bonjour, avez-vous encore le vase bleu en boutique ?"),
            ("agent", "Bonjour, oui, il en reste deux. Je peux vous en mettre un de côté jusqu'à samedi."),
            ("customer", "Avec plaisir, au nom de Martin. Merci !"),
            ("note", "Vase bleu réservé jusqu'à samedi, étagère 4."),
        ),
    ),
    Story(
        customer="Thomas Girard",
        agent="hugo",
        channel=SMS,
        days_ago=3,
        hours=3,
        outcome="resolved",
        lines=(
            ("customer", "Mon colis CF-10203 est noté livré mais je n'ai rien reçu"),
            ("agent", "Bonjour Monsieur Girard, je vérifie auprès du transporteur et je reviens vers vous."),
            ("agent", "Il a été déposé chez votre voisin du 2e étage, M. Klein. Pouvez-vous regarder ?"),
            ("customer", "Trouvé, merci beaucoup."),
        ),
    ),
    Story(
        customer="Amina Diallo",
        agent="camille",
        channel=EMAIL,
        days_ago=17,
        hours=1,
        outcome="resolved",
        subject="Facture au nom du cabinet",
        lines=(
            (
                "customer",
                "Bonjour, pourriez-vous rééditer la facture de ma commande CF-10192 au nom du cabinet "
                "Diallo & Associés ?",
            ),
            ("agent", "Bonjour Maître, c'est fait, vous la trouverez dans votre espace client."),
        ),
    ),
    Story(
        customer="Oliver Bennett",
        agent="emma",
        channel=EMAIL,
        days_ago=12,
        hours=4,
        outcome="resolved",
        subject="Delivery to Ireland",
        lines=(
            ("customer", "Hello,\n\nDo you deliver to Dublin, and how long does it take?\n\nOliver"),
            (
                "agent",
                "Hello Oliver,\n\nWe do: three to five working days, free above 60 euros.\n\nKind regards,\nEmma",
            ),
            ("customer", "Great, I have just ordered the lamp. Thank you!"),
        ),
    ),
    Story(
        customer="Grace Whitfield",
        agent="emma",
        channel=SMS,
        days_ago=6,
        hours=6,
        outcome="resolved",
        lines=(
            ("customer", "Hi, the plates I returned last week, when will I get the refund?"),
            ("agent", "Hello, we received them yesterday. The refund reaches your card within three days."),
            ("customer", "Lovely, thanks"),
        ),
    ),
    Story(
        customer="Karim Haddad",
        agent="hugo",
        channel=EMAIL,
        days_ago=22,
        hours=2,
        outcome="resolved",
        subject="Commande incomplète",
        lines=(
            (
                "customer",
                "Bonjour, il manque 6 assiettes sur les 24 de ma commande CF-10178, et j'ouvre vendredi. "
                "C'est la deuxième fois.",
            ),
            ("note", "Client restaurateur, fidèle : geste de 10 % accordé par Nadia."),
            (
                "agent",
                "Bonjour Monsieur Haddad, les 6 assiettes partent ce soir en express, vous les aurez jeudi. "
                "Pour nous faire pardonner, 10 % vous sont remboursés sur toute la commande.",
            ),
            ("customer", "C'est noté, merci d'avoir réagi vite."),
        ),
    ),
    Story(
        customer="Hélène Marchand-Saint-Aubin de la Roche",
        agent="camille",
        channel=EMAIL,
        days_ago=2,
        hours=7,
        outcome="answered",
        subject="Entretien du plat en grès",
        lines=(
            (
                "customer",
                "Bonjour Mademoiselle, mon plat en grès supporte-t-il le lave-vaisselle ? "
                "Ma petite-fille me dit que oui, mais je préfère vous demander.",
            ),
            (
                "agent",
                "Bonjour Madame, votre petite-fille a raison, jusqu'à 60 degrés. Au-delà, l'émail se ternit. "
                "Je reste à votre disposition.",
            ),
        ),
    ),
)
