#!/usr/bin/env python3
"""Sends one command to a device and waits for its result.

    send_command.py --brokers HOST:PORT --registry URL --replies TOPIC DEVICE FUNCTION [ARGUMENT]

Needs confluent-kafka and avro: on Debian and Ubuntu
    apt-get install python3-confluent-kafka python3-avro
elsewhere
    pip install confluent-kafka avro
"""
import argparse
import io
import json
import struct
import sys
import time
import urllib.parse
import urllib.request
import uuid
from datetime import datetime, timezone

import avro.io
import avro.schema
from confluent_kafka import Consumer, Producer, TopicPartition


class Registry:
    """The schemas of a schema registry, over its REST protocol."""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self.by_id = {}

    def latest(self, subject):
        """The id and the schema of a subject's latest version."""
        found = self._get("/subjects/" + urllib.parse.quote(subject, safe="") + "/versions/latest")
        return found["id"], avro.schema.parse(found["schema"])

    def schema(self, schema_id):
        if schema_id not in self.by_id:
            self.by_id[schema_id] = avro.schema.parse(self._get("/schemas/ids/%d" % schema_id)["schema"])
        return self.by_id[schema_id]

    def _get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as response:
            return json.load(response)


def encode(schema_id, schema, record):
    """The Confluent wire format: a zero, the schema's id in four bytes, the Avro body.

    A field that the schema lacks is an error: a subject whose latest version is an old one must not drop it silently.
    """
    defaults = {field.name: field.default for field in schema.fields if field.has_default}
    body = io.BytesIO()
    avro.io.DatumWriter(schema).write({**defaults, **record}, avro.io.BinaryEncoder(body))
    return struct.pack(">bI", 0, schema_id) + body.getvalue()


def decode(registry, value):
    _, schema_id = struct.unpack(">bI", value[:5])
    return avro.io.DatumReader(registry.schema(schema_id)).read(avro.io.BinaryDecoder(io.BytesIO(value[5:])))


def listen(brokers, topic):
    """A consumer of the reply topic, from its end on. Without read_committed it would see results that are taken back."""
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": "send-command-" + str(uuid.uuid4()),
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
        }
    )
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    if not partitions:
        raise SystemExit("there is no topic " + topic)
    ends = [TopicPartition(topic, p, consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=10)[1]) for p in partitions]
    consumer.assign(ends)
    return consumer


def send(brokers, topic, key, value, headers):
    # The partition of a key is Java's, murmur2: librdkafka's own default, crc32, would put the request where the
    # processor refuses it.
    producer = Producer({"bootstrap.servers": brokers, "partitioner": "murmur2_random", "enable.idempotence": True})
    failures = []
    producer.produce(
        topic,
        key=key,
        value=value,
        headers=headers,
        on_delivery=lambda error, message: failures.append(error) if error else None,
    )
    left = producer.flush(30)
    if left or failures:
        raise SystemExit("the request was not taken: %s" % (failures or "no answer from the brokers"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--registry", required=True, help="URL of the schema registry")
    parser.add_argument("--topic", default="fleet.commands", help="your request topic")
    parser.add_argument("--replies", required=True, help="your reply topic, which the policy allows to the request topic")
    parser.add_argument("--timeout", type=float, default=60, help="seconds to wait for the result")
    parser.add_argument("device")
    parser.add_argument("function")
    parser.add_argument("argument", nargs="?", default="")
    given = parser.parse_args()

    registry = Registry(given.registry)
    schema_id, schema = registry.latest(given.topic + "-value")
    request_id = str(uuid.uuid4())
    correlation_id = uuid.uuid4().bytes
    command = {
        "request_id": request_id,
        "device_id": given.device,
        "function": given.function,
        "argument": given.argument,
        "guarantee": "AT_MOST_ONCE",
        "requester": "send-command",
        "created_at": datetime.now(timezone.utc),
    }
    consumer = listen(given.brokers, given.replies)
    send(
        given.brokers,
        given.topic,
        key=given.device.encode(),
        value=encode(schema_id, schema, command),
        headers=[("reply-to", given.replies.encode()), ("correlation-id", correlation_id)],
    )

    end = time.monotonic() + given.timeout
    try:
        while time.monotonic() < end:
            message = consumer.poll(1)
            if message is None or message.error() or message.value() is None:
                continue
            if dict(message.headers() or []).get("correlation-id") == correlation_id:
                print(json.dumps(decode(registry, message.value()), default=str))
                return 0
    finally:
        consumer.close()
    print("no result of %s in time; sent again under the same request_id it does not run twice" % request_id,
          file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
