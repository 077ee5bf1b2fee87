"""What can be wrong with a bot's files; everything that goes wrong while it talks becomes a handover
instead."""

from core.errors import FilrougeError


class BotFilesInvalid(FilrougeError):
    """The designers' files cannot be made into a bot; `problem` says which line to mend."""

    code = "bot_files_invalid"
    message = "{file}: {problem}"


class ModelUnreadable(FilrougeError):
    """A stored model is damaged or of another version; train again."""

    code = "bot_model_unreadable"
    message = "The model {file} cannot be used ({problem}); it must be trained again."
