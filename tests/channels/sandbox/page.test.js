// The page's words and small rules, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { again, unquote } from "../../../channels/sandbox/page/mail.js";
import { state } from "../../../channels/sandbox/page/phone.js";
import { WORDS, chooseLanguage, speaker } from "../../../channels/sandbox/page/words.js";

test("both languages say everything, with the same gaps to fill", () => {
  assert.deepEqual(Object.keys(WORDS.fr), Object.keys(WORDS.en));
  const gaps = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const key of Object.keys(WORDS.fr)) assert.deepEqual(gaps(WORDS.fr[key]), gaps(WORDS.en[key]), key);
});

test("the address chooses the language before the browser does", () => {
  assert.equal(chooseLanguage("?lang=en", "fr-FR"), "en");
  assert.equal(chooseLanguage("?lang=xx", "fr-CA"), "fr");
  assert.equal(chooseLanguage("", "de"), "en");
});

test("a gap is filled with its fact", () => {
  assert.equal(speaker("en")("dial", { number: "+33199000000" }), "Call +33199000000");
});

test("quoted words are folded behind the new ones", () => {
  const { fresh, quoted } = unquote("Merci.\n\nLe 22 nov., vous avez écrit :\n> Bonjour\n> Au revoir\n");
  assert.equal(fresh, "Merci.");
  assert.match(quoted, /> Bonjour/);
});

test("a subject is not answered twice", () => {
  assert.equal(again("Colis"), "Re: Colis");
  assert.equal(again("RE: Colis"), "RE: Colis");
});

test("a call says where it is", () => {
  assert.deepEqual(state({ status: "completed", seconds: 7 }), ["over", { seconds: 7 }]);
  assert.deepEqual(state({ status: "in-progress", in_room: true, talking: false }), ["on_hold"]);
});
