export default {
  "bots.all_sure": "Nothing to review",
  "bots.all_sure_hint": "The bot was sure every time.",
  "bots.by_intent": "Messages by intent",
  "bots.column.at": "When",
  "bots.column.confidence": "Confidence",
  "bots.column.intent": "Intent",
  "bots.column.text": "Customer’s message",
  "bots.hint": "The latest messages a bot answered, the most doubtful first.",
  "bots.messages": "Messages",
  "bots.none": "No bot has answered yet",
  "bots.none_hint":
    "As soon as a customer writes to a bot, the message appears here with what the bot understood.",
  "bots.show.all": "All",
  "bots.show.doubtful": "To review",
  "bots.title": "What the bots understood",
  "bots.which": "Messages shown",
};
