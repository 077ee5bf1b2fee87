// Which relationships a customer may have, and what each is called from their side.

/** Built-in types by id: what the first is to the second and the other way round, and who may stand where. */
const BUILT_IN = [
  { id: "works_for", inverse: "employs", source: "person", target: "organisation" },
  { id: "same_household", inverse: "same_household", source: "person", target: "person" },
  { id: "subsidiary_of", inverse: "parent_of", source: "organisation", target: "organisation" },
  { id: "supplier_of", inverse: "supplied_by", source: null, target: null },
  { id: "partner_of", inverse: "partner_of", source: null, target: null },
  { id: "represents", inverse: "represented_by", source: null, target: null },
];

/** [{type, inverse, key | name, wants}]: the choices of a customer of a kind; `wants` is who may be there. */
export function choicesFor(kind, own) {
  const all = [
    ...BUILT_IN.map((of) => ({ ...of, forth: { key: of.id }, back: { key: of.inverse } })),
    ...own.map((of) => ({ ...of, forth: { name: of.name }, back: { name: of.inverse } })),
  ];
  return all.flatMap((of) => {
    const forth = { type: of.id, inverse: false, ...of.forth, wants: of.target };
    const back = { type: of.id, inverse: true, ...of.back, wants: of.source };
    const fits = (wanted) => !wanted || wanted === kind;
    const same = JSON.stringify(of.forth) === JSON.stringify(of.back);
    return [...(fits(of.source) ? [forth] : []), ...(fits(of.target) && !same ? [back] : [])];
  });
}

/** What a relationship is called from the side it is read from: {key} of the catalogue, or {name}. */
export function calledFrom(link, own) {
  const built = BUILT_IN.find((of) => of.id === link.type);
  if (built) return { key: link.inverse ? built.inverse : built.id };
  const of = own.find((type) => type.id === link.type);
  return { name: of ? (link.inverse ? of.inverse : of.name) : "?" };
}
