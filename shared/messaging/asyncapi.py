"""The AsyncAPI 3 document: FastStream makes it from the contracts, and what it cannot know is added here.

One channel for each event, its address the subject, one message with its payload, its `ce-*` headers and an example;
what each service sends, and what each consumer hears. It is all an outside program needs besides an account.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from shared.contracts.catalogue import EVENTS
from shared.contracts.envelope import CONTENT_TYPE, SPEC_VERSION, TYPE_PREFIX
from shared.contracts.event import Event
from shared.contracts.streams import stream_of
from shared.contracts.words import EVENT_WORDS, FIELD_WORDS
from shared.messaging.accounts import OUTSIDE_PUBLISHES
from shared.messaging.consumer import Consumer

Document = dict[str, Any]

ABOUT = """\
苗圃各服务之间的事件。每个事件都是一条 CloudEvents 1.0 消息（二进制方式）：属性在 `ce-*` 消息头里，正文是 JSON。

* 发布到 JetStream，主题即频道地址；请等待发布确认。`Nats-Msg-Id` 请与 `ce-id` 相同：两分钟内重发不会重复入流，
  之后再重发，接收方凭 `ce-id` 仍只处理一次。
* 消息头里的非 ASCII 字符、空格、双引号和百分号按 UTF-8 逐字节百分号编码。
* 金额是以元为单位的十进制字符串，两位小数；日期是 ISO 格式的法定日期（Asia/Shanghai）；时刻是 UTC。
* `ce-correlationid`（同一件事）、`ce-causationid`（由哪个事件引起）和 `traceparent`（W3C 追踪）可以不带。
* 次版本只会增加字段，不认识的字段请忽略；不兼容的修改是新的主版本、新的主题。
* 每个服务只有自己前缀下的发布权。外部程序用账号 `outside`，可以发布标明对外开放（`x-open-to-outside`）的频道，
  可以订阅除联系人以外的全部频道；断线后补收用不命名的有序消费者（nats-py：`subscribe(…, ordered_consumer=True)`）。
  没有权限的发布只表现为超时，原因在连接的错误回调里。一体机的地址和口令在 `MIAOPU_DATA` 下的 `credentials.json` 里。
"""
LICENSE = {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"}
ADDRESS_PARAMETER = "recipient_id"
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
EXAMPLE_ID, EXAMPLE_CAUSE = "6f1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52", "0e2f7a52-4f0e-5f0d-9b2e-0d6c6f1c9a52"
SECURITY = "nats-user-password"
HEADERS: Document = {
    "type": "object",
    "description": "CloudEvents 1.0 属性，NATS 消息头；名称不分大小写",
    "required": ["ce-specversion", "ce-id", "ce-source", "ce-type", "ce-time"],
    "properties": {
        "ce-specversion": {"type": "string", "const": SPEC_VERSION},
        "ce-id": {"type": "string", "minLength": 1, "maxLength": 200, "description": "事件编号；重复的只处理一次"},
        "ce-source": {"type": "string", "minLength": 1, "description": "发布方，如 /incubator"},
        "ce-type": {"type": "string", "description": f"{TYPE_PREFIX} 加上事件类型"},
        "ce-time": {"type": "string", "format": "date-time", "description": "发生时刻，须带时区"},
        "ce-subject": {"type": "string", "description": "所关乎的对象的编号；不带时从正文里取"},
        "content-type": {"type": "string", "const": CONTENT_TYPE},
        "Nats-Msg-Id": {"type": "string", "description": "与 ce-id 相同"},
        "ce-correlationid": {"type": "string", "description": "同一件事的全部事件共有的关联号"},
        "ce-causationid": {"type": "string", "description": "引起它的事件的编号"},
        "traceparent": {"type": "string", "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"},
    },
}


def address(contract: type[Event]) -> str:
    """The channel's address: the subject; a contact's ends in its recipient."""
    return f"{contract.type_}.{{{ADDRESS_PARAMETER}}}" if stream_of(contract.type_).last_per_subject else contract.type_


def open_to_outside(contract: type[Event]) -> bool:
    """Whether another system of the office may publish it."""
    return address(contract).replace(f"{{{ADDRESS_PARAMETER}}}", "*") in OUTSIDE_PUBLISHES


def example(contract: type[Event]) -> Document:
    """A whole message: the headers and the data."""
    event = contract.model_validate(contract.example)
    headers = {
        "ce-specversion": SPEC_VERSION,
        "ce-id": EXAMPLE_ID,
        "ce-source": f"/{contract.owner() if contract.owner() != 'contact' else contract.type_.split('.')[1]}",
        "ce-type": TYPE_PREFIX + contract.type_,
        "ce-time": "2018-12-17T01:00:00Z",
        "ce-subject": event.about(),
        "content-type": CONTENT_TYPE,
        "Nats-Msg-Id": EXAMPLE_ID,
        "ce-correlationid": EXAMPLE_CAUSE,
        "ce-causationid": EXAMPLE_CAUSE,
        "traceparent": TRACEPARENT,
    }
    words = EVENT_WORDS[contract.type_]
    return {"name": contract.__name__, "summary": words.title, "headers": headers, "payload": contract.example}


def asyncapi(title: str, version: str, hosts: Sequence[str], consumers: Iterable[Consumer] = ()) -> Document:
    """The document. `hosts` are the message servers (host:port); `consumers` those that hear on this site."""
    document = _made_by_faststream(title, version)
    made = document["components"]
    schemas = {name: _in_chinese(schema) for name, schema in sorted(made["schemas"].items())}
    for contract in EVENTS.values():
        schemas[contract.__name__] |= {"description": EVENT_WORDS[contract.type_].when}
    components = {
        "messages": {type_: _message(contract) for type_, contract in EVENTS.items()},
        "schemas": {"CloudEventHeaders": HEADERS, **schemas},
        "securitySchemes": {
            SECURITY: {**made["securitySchemes"][SECURITY], "description": "每个服务一个账号，只有自己前缀下的发布权"}
        },
    }
    return {
        "asyncapi": document["asyncapi"],
        "id": "urn:miaopu:events",
        "info": {**document["info"], "description": ABOUT, "license": LICENSE},
        "defaultContentType": document["defaultContentType"],
        "servers": _servers(document, hosts),
        "channels": {type_: _channel(document["channels"][type_], EVENTS[type_]) for type_ in EVENTS},
        "operations": {**_sent(document), **_heard(consumers)},
        "components": components,
    }


def _made_by_faststream(title: str, version: str) -> Document:
    # loading it takes as long as a quarter of a service, and of a hundred processes one is asked for its document
    from faststream.nats import NatsBroker  # noqa: PLC0415
    from faststream.nats.security import NatsUserPassword  # noqa: PLC0415
    from faststream.specification import AsyncAPI  # noqa: PLC0415

    broker = NatsBroker(security=NatsUserPassword("account", "password"))
    for type_, contract in EVENTS.items():
        broker.publisher(address(contract), title=type_, schema=contract)
    made: Document = orjson.loads(AsyncAPI(broker, title=title, version=version).to_specification().to_json())
    return made


def _servers(document: Document, hosts: Sequence[str]) -> Document:
    (made,) = document["servers"].values()
    kept = {"protocol": made["protocol"], "security": made["security"], "description": "NATS，启用 JetStream"}
    return {f"nats-{number}": {"host": host, **kept} for number, host in enumerate(hosts, 1)}


def _channel(made: Document, contract: type[Event]) -> Document:
    words, stream = EVENT_WORDS[contract.type_], stream_of(contract.type_)
    channel = {
        "address": made["address"],
        "title": words.title,
        "description": f"{words.when}。保存在流 {stream.name}。",
        "messages": {contract.__name__: {"$ref": f"#/components/messages/{contract.type_}"}},
        "x-nats-stream": stream.name,
        "x-open-to-outside": open_to_outside(contract),
    }
    if stream.last_per_subject:
        about = FIELD_WORDS[ADDRESS_PARAMETER]
        channel["parameters"] = {
            ADDRESS_PARAMETER: {
                "description": f"{about}，与正文相同；字母、数字、下划线和连字符",
                "location": f"$message.payload#/{ADDRESS_PARAMETER}",
                "examples": [str(contract.example[ADDRESS_PARAMETER])],
            }
        }
    return channel


def _message(contract: type[Event]) -> Document:
    """FastStream's message named as the bus names it, with the headers of an event."""
    words = EVENT_WORDS[contract.type_]
    kind = {"properties": {"ce-type": {"const": TYPE_PREFIX + contract.type_}}}
    return {
        "name": contract.type_,
        "title": words.title,
        "summary": words.when,
        "contentType": CONTENT_TYPE,
        "headers": {"type": "object", "allOf": [{"$ref": "#/components/schemas/CloudEventHeaders"}, kind]},
        "correlationId": {"location": "$message.header#/ce-correlationid"},
        "payload": {"$ref": f"#/components/schemas/{contract.__name__}"},
        "examples": [example(contract)],
    }


def _sent(document: Document) -> Document:
    return {
        f"send.{type_}": _operation(EVENTS[type_], made["action"], f"{EVENTS[type_].owner()} 发布")
        for type_, made in sorted(document["operations"].items())
    }


def _heard(consumers: Iterable[Consumer]) -> Document:
    return {
        f"receive.{each.durable}.{contract.type_}": _operation(contract, "receive", f"由 {each.durable} 接收")
        for each in consumers
        for contract in each.events
    }


def _operation(contract: type[Event], action: str, who: str) -> Document:
    channel = f"#/channels/{contract.type_}"
    return {
        "action": action,
        "title": f"{who}：{EVENT_WORDS[contract.type_].title}",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{contract.__name__}"}],
    }


def _in_chinese(schema: Document) -> Document:
    """A data schema whose fields are called what people call them."""
    fields = {name: {**field, "title": FIELD_WORDS[name]} for name, field in schema.get("properties", {}).items()}
    return {**{key: value for key, value in schema.items() if key != "description"}, "properties": fields}
