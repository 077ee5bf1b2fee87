export default {
  "set_aside.column.account": "Compte",
  "set_aside.column.at": "Reçu",
  "set_aside.column.channel": "Canal",
  "set_aside.column.reason": "Raison",
  "set_aside.column.state": "État",
  "set_aside.done": "Rejoué",
  "set_aside.hint":
    "Ce qui est arrivé sans pouvoir être lu. Rien n’est perdu : regardez, corrigez la cause, rejouez.",
  "set_aside.none": "Rien n’est mis de côté",
  "set_aside.none_hint": "Tout ce qui est arrivé a pu être lu.",
  "set_aside.raw": "Voir",
  "set_aside.raw_title": "Tel que reçu",
  "set_aside.replay": "Rejouer",
  "set_aside.replayed": "Rejoué",
  "set_aside.title": "Mis de côté",
  "set_aside.waiting": "À traiter",
};
