export default {
  "set_aside.column.account": "Compte",
  "set_aside.column.at": "Reçu",
  "set_aside.column.channel": "Canal",
  "set_aside.column.reason": "Motif",
  "set_aside.column.state": "État",
  "set_aside.done": "Retraité",
  "set_aside.hint":
    "Ce qui est arrivé sans pouvoir être lu. Rien n’est perdu : regardez, corrigez la cause, retraitez.",
  "set_aside.none": "Aucun message non distribué",
  "set_aside.none_hint": "Tout ce qui est arrivé a pu être lu.",
  "set_aside.raw": "Voir",
  "set_aside.raw_title": "Tel que reçu",
  "set_aside.replay": "Retraiter",
  "set_aside.replayed": "Retraité",
  "set_aside.title": "Messages non distribués",
  "set_aside.waiting": "À traiter",
};
