// node desk/models/replay.mjs < {"snapshot": …, "events": […]}: prints the snapshot after the events, in the
// snapshot's shape.

import { deskOf, reduceAll, snapshotOf } from "./desk.js";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const { snapshot, events } = JSON.parse(input);
process.stdout.write(`${JSON.stringify(snapshotOf(reduceAll(deskOf(snapshot), events)))}\n`);
