"""Joins the lines that a mail program broke only for the wire (RFC 3676, format=flowed)."""

from email.message import Message


def unflow(head: Message, text: str) -> str:
    """The text as it was typed; any other text as it is."""
    try:
        flowed = str(head.get_param("format", "")).lower() == "flowed"
        delete_space = str(head.get_param("delsp", "")).lower() == "yes"
    except (ValueError, TypeError):
        return text
    if not flowed:
        return text
    lines: list[str] = []
    joining: int | None = None  # quote depth of a line that goes on
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        piece = content[:-1] if soft and delete_space else content
        if joining == depth and lines and content != "-- ":
            lines[-1] += piece
        else:
            lines.append(f"{'>' * depth} {piece}" if depth else piece)
        joining = depth if soft else None
    return "\n".join(lines)
