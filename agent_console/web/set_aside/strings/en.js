export default {
  "set_aside.column.account": "Account",
  "set_aside.column.at": "Received",
  "set_aside.column.channel": "Channel",
  "set_aside.column.reason": "Reason",
  "set_aside.column.state": "State",
  "set_aside.done": "Processed",
  "set_aside.hint":
    "Messages that couldn’t be read. Nothing is lost: look, fix the cause, then process them again.",
  "set_aside.none": "No unprocessed messages",
  "set_aside.none_hint": "Everything that arrived could be read.",
  "set_aside.raw": "Show",
  "set_aside.raw_title": "As received",
  "set_aside.replay": "Process again",
  "set_aside.replayed": "Processed again",
  "set_aside.title": "Unprocessed messages",
  "set_aside.waiting": "To do",
};
