"""Every error the product raises on purpose, in one tree.

Each class has a stable `code` (what programs read), carries its facts as attributes, and derives a message
that tells the reader what to do. Statuses of HTTP are not known here: `gateway/errors.py` maps codes to them.
"""

from typing import ClassVar


class FilrougeError(Exception):
    """Root of the tree. Keyword arguments become attributes and fill the class's `message`."""

    code: ClassVar[str] = "error"
    message: ClassVar[str] = "Something went wrong."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message.format(**facts))

    def __getattr__(self, name: str) -> object:
        facts = self.__dict__.get("facts", {})
        if name in facts:
            return facts[name]
        raise AttributeError(name)


class SettingsError(FilrougeError):
    """The settings cannot be used; raised at start, before anything is touched."""

    code = "settings"
    message = "{where}: {problem}"


# What a caller got wrong


class InvalidInput(FilrougeError):
    """Well formed, but not acceptable; `problem` says what to change."""

    code = "invalid_input"
    message = "{problem}"


class InvalidFilter(InvalidInput):
    code = "invalid_filter"
    message = "The filter cannot be used: {problem}."


class InvalidValue(InvalidInput):
    """A value that its field cannot take; `wants` says what it can."""

    code = "invalid_value"
    message = "{name} ({field}) takes {wants}."


class InvalidAddress(InvalidInput):
    """A postal address that its country does not write so; `parts` are those to mend."""

    code = "invalid_address"
    message = "The address cannot be one of {country}; mend {parts}."


class ValueChanged(FilrougeError):
    """Somebody else wrote into the field since the caller read it; `now`, `by` and `at` are theirs."""

    code = "value_changed"
    message = "{by} has changed {field} meanwhile; look at the new value first, then keep theirs or yours."


class PossibleDuplicates(FilrougeError):
    """`parties` are those it may be, as `{id, name, probability, reasons}`."""

    code = "possible_duplicates"
    message = (
        "This customer may be in the base already; open one of those found, or say that it is none of them."
    )


class LoginTaken(InvalidInput):
    code = "login_taken"
    message = "The login {login} is taken; choose another."


class NameTaken(InvalidInput):
    code = "name_taken"
    message = "There is a {what} called {name} already; choose another name."


class PasswordLength(InvalidInput):
    code = "password_length"
    message = "A password has {shortest} to {longest} characters."


class NotAnAgent(InvalidInput):
    """Queues and skills are for those who work at the desk."""

    code = "not_an_agent"
    message = "{name} is not an agent; give them a role that works at the desk first."


class OwnAccount(FilrougeError):
    """Nobody locks themselves out by mistake."""

    code = "own_account"
    message = "Ask another administrator to do this to your own account."


class LastAdministrator(FilrougeError):
    """Without one, nobody could ever let anybody in again."""

    code = "last_administrator"
    message = "{name} is the last active administrator; make another one first."


class ChangedMeanwhile(FilrougeError):
    """`If-Match` named a version that is no longer the present one; nothing was changed."""

    code = "changed_meanwhile"
    message = "The {what} has changed since version {expected} (it is now at {version}); load it again first."


class StillUsed(FilrougeError):
    code = "still_used"
    message = "The {what} {name} is still used by {count} {users}; change them first."


class Malformed(FilrougeError):
    """What came in cannot be read as what it claims to be."""

    code = "malformed"
    message = "The {what} cannot be read: {problem}"


class TooLarge(FilrougeError):
    code = "too_large"
    message = "The {what} is larger than the {limit} allowed; send less."


class NotFound(FilrougeError):
    """Also what one gets for a thing that exists but is not one's own to see."""

    code = "not_found"
    message = "There is no {what} {id} that you may see."


class NotSignedIn(FilrougeError):
    code = "not_signed_in"
    message = "Sign in first."


class SignInRefused(FilrougeError):
    code = "sign_in_refused"
    message = "The login or the password is wrong."


class Forbidden(FilrougeError):
    code = "forbidden"
    message = "This needs the permission {permission}; ask an administrator for a role that has it."


class OutsideNetwork(FilrougeError):
    code = "outside_network"
    message = "This is served to private addresses only; ask from this network."


class TooManyRequests(FilrougeError):
    code = "too_many_requests"
    message = "Too many attempts; try again in {seconds} seconds."


class BadSignature(FilrougeError):
    """A webhook or token whose signature does not match; nothing of it was believed."""

    code = "bad_signature"
    message = "The signature of the {what} does not match."


# The contact history


class StaleHandler(FilrougeError):
    """Someone else took the conversation in hand since; nothing was sent."""

    code = "stale_handler"
    message = (
        "The conversation {conversation_id} changed hands (now {handler}, epoch {epoch}); reload it first."
    )


class WrongState(FilrougeError):
    """The command does not fit the state of its object."""

    code = "wrong_state"
    message = "The {what} is {state}; this needs it {wanted}."


class NoReachableAddress(FilrougeError):
    code = "no_reachable_address"
    message = "The customer has no address on the channel {channel}; choose another channel or add one."


# Routing


class OfferGone(FilrougeError):
    """The offer expired, was withdrawn, or is another agent's."""

    code = "offer_gone"
    message = "This offer is no longer open."


class AtCapacity(FilrougeError):
    """An agent took work by hand that they have no room for; nothing changed."""

    code = "at_capacity"
    message = "This needs {units} of your capacity and {free} are free; finish something first."


# The world outside


class TryLater(FilrougeError):
    """The other side cannot take it now; the same call may succeed later. `after` is in seconds, or None."""

    code = "try_later"
    message = "{service} cannot be reached now ({problem}); it will be tried again."


class CredentialsBad(FilrougeError):
    """The other side does not know us; trying again is useless until the settings are mended."""

    code = "credentials_bad"
    message = "{service} refused our credentials ({problem}); mend them in the settings."


class Refused(FilrougeError):
    """The other side refused this very message, for good."""

    code = "refused"
    message = "{service} refused it: {problem}"


class StoreUnavailable(FilrougeError):
    """The database cannot commit now; the source must be told to try again."""

    code = "store_unavailable"
    message = "The store cannot take it now ({problem}); try again."
