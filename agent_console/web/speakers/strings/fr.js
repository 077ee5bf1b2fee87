export default {
  "speakers.name": "Nom de la personne",
  "speakers.new": "Nouvelle personne : {name}",
  "speakers.other": "C’est quelqu’un d’autre",
  "speakers.shared": "Coordonnée partagée. Qui parle ?",
  "speakers.title": "Qui parle",
};
