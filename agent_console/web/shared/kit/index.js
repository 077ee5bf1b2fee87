// The parts every view is made of.

export { still } from "./still.js";
export { Icon } from "./icon.js";
export { Button } from "./button.js";
export { ChannelIcon } from "./channel.js";
export { Avatar } from "./avatar.js";
export { Waiting, When } from "./time.js";
export { Dialog } from "./dialog.js";
export { Menu } from "./menu.js";
export { Empty, Loading } from "./empty.js";
export { Tag } from "./tag.js";
export { Rows } from "./rows.js";
export { Editable } from "./editable.js";
