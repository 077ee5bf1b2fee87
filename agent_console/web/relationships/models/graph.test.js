import assert from "node:assert/strict";
import { test } from "node:test";
import { placed, treeOf } from "./graph.js";

const link = (id, current = true) => ({ id, current });

test("everybody stands on the circle, apart from each other", () => {
  const { nodes, left } = placed([link("a"), link("b"), link("c"), link("d")]);
  assert.equal(left, 0);
  for (const { x, y } of nodes) assert.ok(Math.abs(Math.hypot(x, y) - 1) < 1e-9);
  assert.equal(new Set(nodes.map(({ x, y }) => `${x.toFixed(3)} ${y.toFixed(3)}`)).size, 4);
  assert.deepEqual(
    nodes.map(({ side }) => side),
    ["middle", "start", "middle", "end"],
  );
});

test("of many the ones that hold are shown, the others are counted", () => {
  const many = [link("old", false), ...Array.from({ length: 17 }, (_, index) => link(index))];
  const { nodes, left } = placed(many);
  assert.equal(nodes.length, 16);
  assert.equal(left, 2);
  assert.ok(nodes.every(({ link: one }) => one.current));
});

test("a group is a tree from its head down", () => {
  const members = [
    { id: "head", above: null },
    { id: "a", above: "head" },
    { id: "b", above: "head" },
    { id: "c", above: "a" },
  ];
  const [head] = treeOf(members);
  assert.deepEqual(
    head.below.map((one) => [one.id, one.below.length]),
    [
      ["a", 1],
      ["b", 0],
    ],
  );
});
