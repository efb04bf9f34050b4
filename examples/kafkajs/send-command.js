#!/usr/bin/env node
/*
 * Sends one command to a device and waits for its result.
 *
 *     npm install
 *     node send-command.js BROKERS REGISTRY REPLIES DEVICE FUNCTION [ARGUMENT]
 */
'use strict';

const { randomUUID } = require('crypto');
const { Kafka, logLevel } = require('kafkajs');
const { SchemaRegistry } = require('@kafkajs/confluent-schema-registry');

const TOPIC = 'fleet.commands';
const LIMIT_MS = 60000;

async function main([brokers, registryUrl, replies, device, functionName, argument = '']) {
  const kafka = new Kafka({ clientId: 'send-command', brokers: brokers.split(','), logLevel: logLevel.ERROR });
  const registry = new SchemaRegistry({ host: registryUrl });
  const command = {
    request_id: randomUUID(),
    device_id: device,
    function: functionName,
    argument,
    guarantee: 'AT_MOST_ONCE',
    requester: 'send-command',
    created_at: Date.now(),
  };

  // The latest schema may be an old one, by which the encoder would drop fields without a word.
  const schemaId = await registry.getLatestSchemaId(TOPIC + '-value');
  const schema = await registry.getSchema(schemaId);
  const known = new Set(schema.fields.map((field) => field.name));
  const dropped = Object.keys(command).filter((field) => !known.has(field));
  if (dropped.length > 0) {
    throw new Error(`the latest schema of ${TOPIC} lacks ${dropped}; see ./fleet schemas check`);
  }

  // Listens from the end of the reply topic as it is before the command is sent. KafkaJS reads committed records alone.
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(replies);
  await admin.disconnect();
  const correlationId = randomUUID();
  const consumer = kafka.consumer({ groupId: 'send-command-' + randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topics: [replies] });
  let answered;
  const result = new Promise((resolve) => {
    answered = resolve;
  });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      if (String(message.headers['correlation-id']) === correlationId) {
        answered(await registry.decode(message.value));
      }
    },
  });
  ends.forEach(({ partition, high }) => consumer.seek({ topic: replies, partition, offset: high }));

  // The default partitioner since KafkaJS 2 is Java's: murmur2 of the key. With an older one, or its legacy partitioner,
  // the request would lie where the processor refuses it.
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic: TOPIC,
    acks: -1,
    messages: [
      {
        key: device,
        value: await registry.encode(schemaId, command),
        headers: { 'reply-to': replies, 'correlation-id': correlationId },
      },
    ],
  });
  await producer.disconnect();

  const late = new Promise((_, reject) => {
    setTimeout(reject, LIMIT_MS, new Error(`no result of ${command.request_id} in time`)).unref();
  });
  try {
    console.log(JSON.stringify(await Promise.race([result, late])));
  } finally {
    await consumer.disconnect();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
