import assert from "node:assert/strict";
import { test } from "node:test";
import { exchange } from "./samples.mjs";
import { linked, rowsOf } from "./timeline.js";

const types = (rows) => rows.map((row) => row.type);

test("a day and a channel open the thread; a second line of the same breath follows", () => {
  const rows = rowsOf([exchange(1), exchange(2)]);
  assert.deepEqual(types(rows), ["day", "channel", "line", "line"]);
  assert.deepEqual(
    rows.filter((r) => r.type === "line").map((r) => r.follows),
    [false, true],
  );
});

test("another channel is marked, an internal note is not a change of channel", () => {
  const rows = rowsOf([
    exchange(1),
    exchange(2, { kind: "note", direction: "internal", channel: "sms" }),
    exchange(3, { channel: "sms" }),
  ]);
  assert.deepEqual(types(rows), ["day", "channel", "line", "line", "channel", "line"]);
});

test("system events in a row are folded into one", () => {
  const system = (p) => exchange(p, { kind: "system", direction: "internal" });
  const rows = rowsOf([exchange(1), system(2), system(3), exchange(4)]);
  assert.deepEqual(types(rows), ["day", "channel", "line", "system", "line"]);
  assert.equal(rows[3].exchanges.length, 2);
});

test("another day is another heading", () => {
  const rows = rowsOf([exchange(1), exchange(2, { occurred_at: "2026-03-05T12:00:00Z" })]);
  assert.deepEqual(types(rows), ["day", "channel", "line", "day", "line"]);
});

test("the mark stands before the customer's first new line, once", () => {
  const rows = rowsOf([exchange(1), exchange(2, { author: "agent" }), exchange(3), exchange(4)], {
    newAfter: 1,
  });
  assert.deepEqual(types(rows), ["day", "channel", "line", "line", "new", "line", "line"]);
  assert.ok(!types(rowsOf([exchange(1)], { newAfter: null })).includes("new"));
});

test("every row has a key of its own", () => {
  const rows = rowsOf(
    Array.from({ length: 40 }, (_, i) =>
      exchange(i + 1, { channel: i % 3 ? "sms" : "email", kind: i % 7 ? "message" : "system" }),
    ),
  );
  assert.equal(new Set(rows.map((r) => r.key)).size, rows.length);
});

test("web addresses become links, the full stop after them does not, other schemes never do", () => {
  assert.deepEqual(linked("Voir https://example.com/a?b=1."), [
    { text: "Voir " },
    { text: "https://example.com/a?b=1", href: "https://example.com/a?b=1" },
    { text: "." },
  ]);
  assert.deepEqual(linked("javascript:alert(1)"), [{ text: "javascript:alert(1)" }]);
});

test("the parts of a text are the text", () => {
  const text = 'a (http://x.example/1), "http://y.example/2"; fin http://z.example';
  assert.equal(
    linked(text)
      .map((p) => p.text)
      .join(""),
    text,
  );
});
