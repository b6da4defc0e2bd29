"""The services there are, in the order in which they start."""

from services.incubator.service import SERVICE as INCUBATOR
from services.notify.service import SERVICE as NOTIFY
from services.talent.service import SERVICE as TALENT
from shared.core.errors import DomainError
from shared.running.service import Service

SERVICES: tuple[Service, ...] = (INCUBATOR, TALENT, NOTIFY)


def service_named(name: str) -> Service:
    found = next((service for service in SERVICES if service.name == name), None)
    if found is None:
        names = "、".join(service.name for service in SERVICES)
        raise DomainError("no-such-service", f"没有名为 {name} 的服务；可用的有 {names}", status=404)
    return found
