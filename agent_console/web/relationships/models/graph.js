// Where the people and companies around a customer stand in the picture, and a group of companies as a tree.

const MOST = 16; // in the picture; the list beside it has them all

/**
 * {nodes: [{link, x, y, side}], left}: places around (0, 0), between -1 and 1; `side` is where the text
 * stands. Those that hold come first; `left` counts who is not in the picture.
 */
export function placed(links) {
  const shown = [...links].sort((one, other) => Number(other.current) - Number(one.current)).slice(0, MOST);
  const nodes = shown.map((link, index) => {
    const angle = -Math.PI / 2 + ((index + (shown.length === 1 ? 0.25 : 0)) * 2 * Math.PI) / shown.length;
    const x = Math.cos(angle);
    const y = Math.sin(angle);
    return { link, x, y, side: Math.abs(x) < 0.2 ? "middle" : x > 0 ? "start" : "end" };
  });
  return { nodes, left: links.length - shown.length };
}

/** Nested [{id, name, kind, below}] of members that name who is above them. */
export function treeOf(members) {
  const nodes = new Map(members.map((member) => [member.id, { ...member, below: [] }]));
  const heads = [];
  for (const node of nodes.values()) {
    const above = nodes.get(node.above);
    (above ? above.below : heads).push(node);
  }
  return heads;
}
