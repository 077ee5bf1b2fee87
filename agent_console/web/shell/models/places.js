// The places of the console: what each is called, which permission opens it, and where it is loaded from.
//
// The order is that of the rail.

/** {name, icon, key, permission, load}: `load` answers the page's module, `view` names the page in it. */
export const PLACES = [
  {
    name: "desk",
    icon: "inbox",
    key: "d",
    permission: "conversations.read",
    view: "Desk",
    load: () => import("../../desk/index.js"),
  },
  {
    name: "customers",
    icon: "contact-round",
    key: "c",
    permission: "customers.read",
    view: "Customers",
    load: () => import("../../customers/list.js"),
  },
  {
    name: "duplicates",
    icon: "users",
    key: "u",
    permission: "customers.read_all",
    view: "Review",
    load: () => import("../../duplicates/page.js"),
  },
  {
    name: "tags",
    icon: "tags",
    key: "e",
    permission: "tags.manage",
    view: "Tags",
    load: () => import("../../tags/index.js"),
  },
  {
    name: "model",
    icon: "table-properties",
    key: "m",
    permission: "customers.model",
    view: "Model",
    load: () => import("../../fields/page.js"),
  },
  {
    name: "bots",
    icon: "bot",
    key: "b",
    permission: "bots.read",
    view: "Bots",
    load: () => import("../../bots/index.js"),
  },
  {
    name: "live",
    icon: "layout-dashboard",
    key: "l",
    permission: "live.read",
    view: "Wall",
    load: () => import("../../live/index.js"),
  },
  {
    name: "set-aside",
    icon: "triangle-alert",
    key: "n",
    permission: "set_aside.read",
    view: "SetAside",
    load: () => import("../../set_aside/index.js"),
  },
  {
    name: "team",
    icon: "sliders-horizontal",
    key: "t",
    permission: "users.read",
    view: "Team",
    load: () => import("../../team/index.js"),
  },
  {
    name: "kit",
    icon: "shapes",
    key: "k",
    permission: null,
    sandbox: true,
    view: "Kit",
    load: () => import("../../kit/index.js"),
  },
];

/** First the desk for who works there, then administration, then supervision, then what one may read. */
const HOMES = [
  ["desk.work", "desk"],
  ["users.manage", "team"],
  ["live.read", "live"],
  ["customers.read", "customers"],
  ["bots.read", "bots"],
  ["users.read", "team"],
  ["set_aside.read", "set-aside"],
  ["conversations.read", "desk"],
  ["tags.manage", "tags"],
];

export const placeNamed = (name) => PLACES.find((place) => place.name === name);

/** Whether the place is open to someone; `can` answers for a permission. */
export const isOpen = (place, can, sandbox) =>
  place.permission ? can(place.permission) : Boolean(place.sandbox && sandbox);

/** Where someone lands; null when nothing is open to them. */
export const homeOf = (can) => HOMES.find(([permission]) => can(permission))?.[1] ?? null;

export const addressOfPlace = (name) => `#/${name}`;
