export default {
  "speakers.name": "The person’s name",
  "speakers.new": "New person: {name}",
  "speakers.other": "It is somebody else",
  "speakers.shared": "Shared contact detail. Who is speaking?",
  "speakers.title": "Who is speaking",
};
