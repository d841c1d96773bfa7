"""What happened to resources and to who takes part in them, in the past tense. As in `events`: never a field's value."""

from __future__ import annotations

from typing import final

from attrs import frozen

from .ids import ResourceId


@final
@frozen(kw_only=True)
class ResourceMade:
    """Say that a resource came to be, or came back after it was removed.

    `loud` is what whoever made it accepted: that it is open `to_everybody`, `to_externals`.
    """

    resource: ResourceId
    loud: tuple[str, ...] = ()


@final
@frozen(kw_only=True)
class ResourceChanged:
    """Say what of a resource changed, not to what: `name`, `application`, `audience`, `hidden_from_external`, `rostered`.

    `loud` is what whoever changed it accepted, as for one that was made.
    """

    resource: ResourceId
    changed: tuple[str, ...]
    loud: tuple[str, ...] = ()


@final
@frozen(kw_only=True)
class ResourceRemoved:
    """Say that nobody sees a resource any more; its roster is kept."""

    resource: ResourceId


@final
@frozen(kw_only=True)
class ParticipantAdded:
    """Say that a person takes part in a resource, and so sees it."""

    resource: ResourceId


@final
@frozen(kw_only=True)
class ParticipantRemoved:
    """Say that a person does not take part in a resource any more."""

    resource: ResourceId


ResourceHappening = ResourceMade | ResourceChanged | ResourceRemoved | ParticipantAdded | ParticipantRemoved
