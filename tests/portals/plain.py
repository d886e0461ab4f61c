"""A client whose answers are taken as they come, and operations to send with it."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.http.client import HttpClient, Operation
from custom_components.energy_portals.portals.http.errors import PortalError

READ = Operation.of("read", "GET /read")
OTHER = Operation.of("other", "GET /other")
WRITE = Operation.of("write", "POST /write")
DELETE = Operation.of("delete", "DELETE /delete")


class Client(HttpClient):
    """A client whose answers are taken as they come."""

    async def get(self, operation: Operation = READ, **options: Any) -> bytes:
        return await self.send(operation, bytes, **options)

    async def fail(self, operation: Operation = READ, **options: Any) -> PortalError:
        """Return the error that a call raises."""
        with pytest.raises(PortalError) as caught:
            await self.get(operation, **options)
        assert caught.value.operation == operation.key
        return caught.value
