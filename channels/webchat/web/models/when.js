// Times as the visitor reads them, in their language and time zone.

export class When {
  constructor(language, say, now = () => new Date(), timeZone = undefined) {
    this.language = language;
    this.say = say;
    this.now = now;
    this.formats = {
      key: new Intl.DateTimeFormat("sv-SE", { timeZone }),
      day: new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone }),
      time: new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", timeZone }),
      weekday: new Intl.DateTimeFormat(language, { weekday: "long", timeZone }),
    };
    this.dayOf = (at) => this.formats.key.format(new Date(at));
  }

  day(at) {
    const day = this.dayOf(at);
    if (day === this.dayOf(this.now())) return this.say("today");
    if (day === this.dayOf(new Date(this.now().getTime() - 86400000))) return this.say("yesterday");
    return this.formats.day.format(new Date(at));
  }

  time(at) {
    return this.formats.time.format(new Date(at));
  }

  /** A moment within the week to come. */
  soon(at) {
    const hour = this.say("at", { time: this.time(at) });
    return this.dayOf(at) === this.dayOf(this.now())
      ? hour
      : `${this.formats.weekday.format(new Date(at))} ${hour}`;
  }
}
