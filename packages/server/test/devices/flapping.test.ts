/** Which connections of real devices count: new ones to the broker, each once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandTopic, presenceTopic } from '@fleetward/shared'
import { until } from '../support/broker-site.ts'
import { EdgeUnderTest, PRODUCT } from '../support/edge-under-test.ts'
import { TestDevice } from '../support/test-device.ts'

/** As the agent does after CONNACK. */
async function come(device: TestDevice): Promise<void> {
  const client = await device.mqtt()
  await client.subscribeAsync(commandTopic(PRODUCT, device.id), { qos: 1 })
  const presence = presenceTopic(PRODUCT, device.id)
  await client.publishAsync(presence, 'online', { qos: 1, retain: true })
}

test('a device that connects again and again flaps; one that stays, or asks by HTTPS, does not', {
  timeout: 30_000,
}, async (t) => {
  const edge = await EdgeUnderTest.start(t)
  const [flaps, fights, calm, stays] = await Promise.all(
    ['flaps', 'fights', 'calm', 'stays'].map((id) => TestDevice.enrolled(t, edge, id)),
  )
  assert.ok(flaps && fights && calm && stays)
  const flapping = async () => {
    const { body } = await edge.operator('GET', '/devices?filter=flapping')
    return body.map(({ id }: { id: string }) => id)
  }
  const connectionsOf = async (id: string) =>
    (
      await edge.db
        .selectFrom('devices')
        .select('connections')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).connections
  for (let times = 1; times <= 7; times += 1) {
    edge.clock.at = new Date(edge.clock.at.getTime() + 60_000)
    assert.deepEqual(await flapping(), [])
    await come(flaps)
    await flaps.leave()
    // The broker is told of a new connection before it has noticed that the old one is dead.
    await come(fights)
    if (times < 7) await come(calm)
    await stays.https('/devices/self')
    await until(async () => (await connectionsOf('flaps')) >= times)
    await until(async () => (await connectionsOf('fights')) >= times)
  }
  assert.deepEqual([await connectionsOf('flaps'), await connectionsOf('fights')], [7, 7])
  const client = await stays.mqtt()
  for (let times = 0; times < 8; times += 1) {
    const said = times % 2 === 0 ? 'offline' : 'online'
    await client.publishAsync(presenceTopic(PRODUCT, 'stays'), said, { qos: 1, retain: true })
  }
  await until(async () => (await connectionsOf('stays')) > 0)
  await client.endAsync()
  await until(async () => !(await edge.operator('GET', '/devices/stays')).body.online)
  assert.deepEqual([await connectionsOf('stays'), await connectionsOf('calm')], [1, 6])
  assert.deepEqual(await flapping(), ['fights', 'flaps'])
  const { body } = await edge.operator('GET', '/devices/flaps')
  assert.equal(body.flappedAt, Math.floor(edge.clock.at.getTime() / 1000))

  edge.clock.at = new Date(edge.clock.at.getTime() + 3_600_000)
  assert.deepEqual(await flapping(), [])
})
