/** Devices that are not to be trusted any more, or not yet again: revoked, in quarantine, or maybe two. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import {
  cohortAudience,
  cohortManifestTopic,
  deviceAudience,
  deviceManifestTopic,
} from '@fleetward/shared'
import type { MqttClient } from 'mqtt'
import { pino } from 'pino'
import { SqlDeviceStore } from '../../src/adapters/sql/devices/device-store.ts'
import { SqlEnrolmentStore } from '../../src/adapters/sql/devices/enrolment-store.ts'
import type { CommandDispatch } from '../../src/devices/command-dispatch.ts'
import { ReportIngestion } from '../../src/devices/reports/report-ingestion.ts'
import { ReportKeys } from '../../src/devices/reports/report-keys.ts'
import { REPORT_RATE, Traffic } from '../../src/devices/reports/traffic.ts'
import { EdgeUnderTest, endings, PRODUCT } from '../support/edge-under-test.ts'
import { next, TestDevice } from '../support/test-device.ts'

const NOT_AUTHORIZED = /Not authorized/i
const SUBSCRIPTION_FAILED = 128

describe('a revoked certificate', () => {
  let edge: EdgeUnderTest
  const context = endings()
  before(async () => {
    edge = await EdgeUnderTest.start(context)
  })
  after(() => context.endAll())

  const socketOf = (client: MqttClient) => client.stream as TLSSocket

  /** The ticket of a session (TLS 1.3 sends it behind the handshake). */
  async function ticketOf(device: TestDevice): Promise<Buffer> {
    const client = await device.mqtt()
    const socket = socketOf(client)
    const ticket = socket.getSession()
    if (ticket !== undefined && socket.getTLSTicket() !== undefined) return ticket
    const [session] = (await once(socket, 'session')) as [Buffer]
    return session
  }

  test('opens nothing at the broker, also by resuming a TLS session that it opened before', async (t) => {
    const device = await TestDevice.enrolled(t, edge, 'resumed-1')
    const session = await ticketOf(device)
    // The handshake of a resumed session shows no certificate, so no revocation list is asked.
    const resumed = await device.mqtt({ session } as object)
    assert.equal(socketOf(resumed).isSessionReused(), true)
    const fresh = await ticketOf(device)
    await device.leave()

    await edge.operator('POST', '/devices/resumed-1/revoke')
    const seen = Promise.withResolvers<boolean>()
    const refused = device.mqtt({ session: fresh } as object)
    const [client] = device.clients
    assert.ok(client)
    socketOf(client).once('secureConnect', () => seen.resolve(socketOf(client).isSessionReused()))
    await assert.rejects(refused, NOT_AUTHORIZED)
    assert.equal(await seen.promise, true)
  })

  test('ends its connection, and every listener is closed to it', async (t) => {
    const device = await TestDevice.enrolled(t, edge, 'revoked-1')
    const client = await device.mqtt()
    const closed = next(client, 'close')
    await edge.operator('POST', '/devices/revoked-1/revoke')
    await closed
    await assert.rejects(device.mqtt(), NOT_AUTHORIZED)
    const { status, json } = await device.https('/devices/self')
    assert.deepEqual([status, json.code], [403, 'DEVICE_NOT_ADMITTED'])
    const report = await device.post(await device.report())
    assert.equal(report.status, 403)
  })
})

describe('a device in quarantine (CRA P-061)', () => {
  let edge: EdgeUnderTest
  const context = endings()
  before(async () => {
    edge = await EdgeUnderTest.start(context)
  })
  after(() => context.endAll())

  const quarantine = (device: string) =>
    edge.operator('POST', `/devices/${device}/quarantine`, { reason: 'Opened by somebody' })

  test('gets no offer and no artifact, and its reports still come in', async (t) => {
    const device = await TestDevice.enrolled(t, edge, 'held-1')
    edge.manifests.set(cohortAudience(PRODUCT, 'everyone'), 'for the cohort')
    edge.manifests.set(deviceAudience(PRODUCT, 'held-1'), 'for the device')
    const sha256 = await edge.publish('security/1.4.3/gateway.tar.zst', randomBytes(64), 'artifact')
    const manifest = async () => (await device.https('/devices/self/manifest')).json
    const artifact = async () => (await device.https(`/artifacts/${sha256}`)).status
    assert.deepEqual(await manifest(), { cohort: 'for the cohort', device: 'for the device' })
    assert.equal(await artifact(), 200)

    const { body } = await quarantine('held-1')
    assert.deepEqual(
      [body.quarantine.reason, body.quarantine.by],
      ['Opened by somebody', 'machine'],
    )
    assert.deepEqual(await manifest(), {})
    const refused = await device.https(`/artifacts/${sha256}`)
    assert.deepEqual([refused.status, refused.json.code], [403, 'DEVICE_QUARANTINED'])
    assert.deepEqual((await device.post(await device.report())).json, { result: 'taken' })

    await edge.operator('POST', '/devices/held-1/release')
    assert.deepEqual(await manifest(), { cohort: 'for the cohort', device: 'for the device' })
    assert.equal(await artifact(), 200)
    const types = await edge.db.selectFrom('events').select('type').execute()
    for (const type of ['device.quarantined', 'device.released']) {
      assert.ok(
        types.some((event) => event.type === type),
        type,
      )
    }
  })

  test('is not reached by what it subscribed to before', async (t) => {
    const device = await TestDevice.enrolled(t, edge, 'held-2')
    const client = await device.mqtt()
    const topics = [
      cohortManifestTopic(PRODUCT, 'everyone'),
      deviceManifestTopic(PRODUCT, 'held-2'),
    ]
    await client.subscribeAsync(topics, { qos: 1 })
    const heard: string[] = []
    client.on('message', (topic) => heard.push(topic))
    await quarantine('held-2')
    for (const topic of topics) {
      const [granted] = await client.subscribeAsync(topic, { qos: 1 }).catch(() => [])
      assert.equal(granted?.qos ?? SUBSCRIPTION_FAILED, SUBSCRIPTION_FAILED, topic)
      await edge.edge.publisher.publishRetained(topic, 'an offer')
    }
    // A message of its own comes behind whatever was published before it.
    await client.publishAsync(`ota/1/${PRODUCT}/devices/held-2/presence`, 'online', { qos: 1 })
    assert.deepEqual(heard, [])
  })

  test('stays in it when it enrols anew', async (t) => {
    await TestDevice.enrolled(t, edge, 'held-3')
    await quarantine('held-3')
    await edge.operator('POST', '/devices/held-3/revoke')
    await TestDevice.enrolled(t, edge, 'held-3')
    const { body } = await edge.operator('GET', '/devices/held-3')
    assert.equal(body.quarantine.reason, 'Opened by somebody')
    assert.equal(body.revokedAt, undefined)
  })
})

describe('one identity in two places (CRA P-059, P-090)', () => {
  const suspicions = async (edge: EdgeUnderTest) =>
    (
      await edge.db
        .selectFrom('events')
        .select('data')
        .where('type', '=', 'device.clone-suspected')
        .execute()
    ).map(({ data }) => JSON.parse(data))

  /** Two units with one key and one certificate, in two networks, which throw each other out. */
  async function fight(edge: EdgeUnderTest, device: TestDevice, turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) {
      edge.clock.at = new Date(edge.clock.at.getTime() + 10_000)
      const localAddress = turn % 2 === 0 ? '127.0.0.1' : '127.0.1.1'
      await device.mqtt({ localAddress } as object)
    }
  }

  test('is suspected, told once, shown on the device, and dismissed by whoever looked into it', async (t) => {
    const edge = await EdgeUnderTest.start(t)
    const device = await TestDevice.enrolled(t, edge, 'twin-1')
    const quiet = await TestDevice.enrolled(t, edge, 'single-1')
    await fight(edge, device, 5)
    for (let turn = 0; turn < 5; turn += 1) await quiet.mqtt()
    await until(async () => (await suspicions(edge)).length > 0)
    await fight(edge, device, 4)
    const shown = async () => (await edge.operator('GET', '/devices/twin-1')).body.cloneSuspected
    await until(async () => (await shown()).returns >= 5)
    assert.deepEqual(
      (await suspicions(edge)).map(({ device: id }) => id),
      ['twin-1'],
    )
    const found = await edge.operator('GET', '/devices?filter=cloneSuspected')
    assert.deepEqual(
      found.body.map(({ id }: { id: string }) => id),
      ['twin-1'],
    )
    // Suspected is not condemned: it goes on getting updates.
    assert.equal((await device.https('/devices/self')).json.cohort, 'everyone')

    const { body } = await edge.operator('POST', '/devices/twin-1/dismiss-suspicion')
    assert.equal(body.cloneSuspected, undefined)
    const rows = await edge.db
      .selectFrom('device_heads')
      .select(['device', 'clone_watch'])
      .execute()
    // Networks, no addresses: CRA P-076.
    assert.doesNotMatch(JSON.stringify(rows), /127\.0\.[01]\.1/)
  })

  test('shows in chains of reports that contradict each other, whatever network they come from', async (t) => {
    const edge = await EdgeUnderTest.start(t)
    const device = await TestDevice.enrolled(t, edge, 'twin-2')
    await device.post(await device.report())
    for (const version of ['1.4.2', '1.4.3']) {
      device.seq = 1
      const token = await device.report({ version, prev: 'a'.repeat(64) })
      await device.post(token)
      device.seq = 1
      const other = await device.report({ version, prev: 'b'.repeat(64) })
      assert.equal((await device.post(other)).status, 409)
    }
    await until(async () => (await suspicions(edge)).length === 1)
    const [{ conflicts }] = await suspicions(edge)
    assert.ok(conflicts >= 2)
  })

  test('is put into quarantine where the settings say so', async (t) => {
    const edge = await EdgeUnderTest.start(t, { quarantineSuspectedClones: true })
    const device = await TestDevice.enrolled(t, edge, 'twin-3')
    await fight(edge, device, 6)
    await until(async () => {
      const { body } = await edge.operator('GET', '/devices/twin-3')
      return body.quarantine?.by === 'server'
    })
    assert.equal((await device.https('/devices/self')).json.cohort, undefined)
  })
})

test('a flood of reports is limited to the device it comes from: others are not kept waiting', async (t) => {
  const edge = await EdgeUnderTest.start(t)
  const flooding = await TestDevice.enrolled(t, edge, 'flood-1')
  const quiet = await TestDevice.enrolled(t, edge, 'quiet-1')
  const enrolments = new SqlEnrolmentStore(edge.db)
  const ingestion = new ReportIngestion({
    ...{ store: new SqlDeviceStore(edge.db), keys: new ReportKeys(enrolments), clock: edge.clock },
  })
  const log = pino({ level: 'silent' })
  const traffic = new Traffic({ ingestion, enrolments, log, commands: {} as CommandDispatch })
  const report = (device: string, token: string) =>
    traffic.report({ product: PRODUCT, device, serial: undefined }, token)
  let taken = 0
  for (let i = 0; i < REPORT_RATE.burst + 50; i += 1) {
    const token = await flooding.report()
    report('flood-1', token).then(
      () => {
        taken += 1
      },
      // Those that still wait when the test is over.
      () => {},
    )
  }
  for (let i = 0; i < 5; i += 1) await report('quiet-1', await quiet.report())
  // Of the flood a burst is in by then, and what came in slowly while it went on.
  assert.ok(taken < REPORT_RATE.burst + 50, `all ${taken} of the flood were taken`)
  const { body } = await edge.operator('GET', '/devices/quiet-1')
  assert.deepEqual([body.reports.last, body.reports.missing], [5, 0])
})

/** What a background worker does within a second or so. */
async function until(is: () => Promise<boolean>): Promise<void> {
  const startMs = performance.now()
  while (!(await is())) {
    if (performance.now() - startMs > 20_000) throw new Error('it did not happen')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
