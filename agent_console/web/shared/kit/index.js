// The parts every view is made of.

export { still } from "./still.js";
export { Icon } from "./icon.js";
export { Button } from "./button.js";
export { ChannelIcon } from "./channel.js";
export { Avatar } from "./avatar.js";
export { Waiting, When } from "./time.js";
export { Dialog } from "./dialog.js";
export { usePopover } from "./popover.js";
export { Menu } from "./menu.js";
export { Empty, Loading } from "./empty.js";
export { Tag } from "./tag.js";
export { Rows } from "./rows.js";
export { Editable } from "./editable.js";
export { Board, withMove } from "./board.js";
export { Chart } from "./chart.js";
export { ColumnsDialog } from "./columns.js";
export { FilterBuilder, FilterChips, FilterDialog } from "./filter.js";
export { SchemaForm } from "./form.js";
export { Progress } from "./progress.js";
export { RecordPage, RecordTimeline, Tabs } from "./record.js";
export { DataTable, TableBar } from "./table.js";
export { Wizard } from "./wizard.js";
export { ListPage } from "./list_page.js";
