export default {
  "set_aside.column.account": "Account",
  "set_aside.column.at": "Received",
  "set_aside.column.channel": "Channel",
  "set_aside.column.reason": "Reason",
  "set_aside.column.state": "State",
  "set_aside.done": "Replayed",
  "set_aside.hint":
    "What came in and could not be read. Nothing is lost: look at it, mend the cause, replay it.",
  "set_aside.none": "Nothing is set aside",
  "set_aside.none_hint": "Everything that came in could be read.",
  "set_aside.raw": "Look",
  "set_aside.raw_title": "As it came in",
  "set_aside.replay": "Replay",
  "set_aside.replayed": "Replayed",
  "set_aside.title": "Set aside",
  "set_aside.waiting": "To be read",
};
