/** What must hold with every broker that is not ours; each is the real one, with the rules we write for it. */
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  presenceTopic,
  reportTopic,
} from '@fleetward/shared'
import type { MqttClient } from 'mqtt'
import { traitsOf } from '../../src/broker/broker-kinds.ts'
import type { BrokerProgram } from './broker-process.ts'
import { BrokerSite, until } from './broker-site.ts'
import { endings, PRODUCT } from './edge-under-test.ts'
import { next, type TestDevice } from './test-device.ts'

const COHORT = cohortManifestTopic(PRODUCT, 'everyone')

export function brokerSuite(program: BrokerProgram): void {
  const { kind } = program
  const qos = traitsOf(kind).deviceQos
  const skip =
    !program.isInstalled && `${program.package} is not installed (Debian: apt-get install)`
  const options = { skip, timeout: 120_000 }
  const ends = endings()
  let site: BrokerSite
  let lumen: TestDevice
  let other: TestDevice

  before(async () => {
    if (!program.isInstalled) return
    site = await BrokerSite.start(ends, program)
    lumen = await site.enrol(ends, 'lumen-1')
    other = await site.enrol(ends, 'lumen-2')
  })
  after(() => ends.endAll())

  const publish = (topic: string, token: string) =>
    site.edge.edge.publisher.publishRetained(topic, token)

  test(
    `${kind}: a device that enrols may connect, and gets the manifest retained before`,
    options,
    async () => {
      await publish(COHORT, 'token-1')
      const client = await listening(site, lumen, [COHORT])
      const [topic, payload] = await arrived(client)
      assert.deepEqual([topic, payload], [COHORT, 'token-1'])
      const later = arrived(client)
      await publish(COHORT, 'token-2')
      assert.deepEqual(await later, [COHORT, 'token-2'])
      await lumen.leave()
    },
  )

  test(`${kind}: reports and presence come in, commands go out`, options, async () => {
    const client = await listening(site, lumen, [commandTopic(PRODUCT, 'lumen-1')])
    await client.publishAsync(reportTopic(PRODUCT, 'lumen-1'), await lumen.report(), { qos: 1 })
    await client.publishAsync(reportTopic(PRODUCT, 'lumen-1'), 'forged', { qos: 1 })
    await client.publishAsync(presenceTopic(PRODUCT, 'lumen-1'), 'online', { qos: 1, retain: true })
    await site.onRecord(
      'lumen-1',
      ({ online, reports }) => online && reports.last === 1 && reports.refused === 1,
    )
    const command = arrived(client)
    await site.edge.operator('POST', '/devices/lumen-1/commands', { command: 'check-now' })
    assert.equal((await command)[0], commandTopic(PRODUCT, 'lumen-1'))
    await client.publishAsync(presenceTopic(PRODUCT, 'lumen-1'), 'offline', {
      qos: 1,
      retain: true,
    })
    await site.onRecord('lumen-1', ({ online }) => !online)
    await lumen.leave()
  })

  test(
    `${kind}: a device reads nobody else’s topics, with wildcards neither`,
    options,
    async () => {
      const own = deviceManifestTopic(PRODUCT, 'lumen-2')
      const foreign = [
        ...[commandTopic(PRODUCT, 'lumen-1'), cohortManifestTopic(PRODUCT, 'pilot')],
        ...['ota/1/+/devices/lumen-1/command', 'ota/1/#', '#', '$share/fleetward/ota/1/#'],
      ]
      for (const [turn, filter] of foreign.entries()) {
        const client = await listening(site, other, [own])
        const got: string[] = []
        client.on('message', (_topic, payload) => got.push(String(payload)))
        await orClosed(client, client.subscribeAsync(filter, { qos }))
        if (!client.connected) continue
        const marker = `for lumen-2, ${turn}`
        await publish(commandTopic(PRODUCT, 'lumen-1'), 'for lumen-1')
        await publish(cohortManifestTopic(PRODUCT, 'pilot'), 'for the pilot')
        await publish(own, marker)
        await until(() => got.includes(marker))
        assert.deepEqual(
          got.filter((payload) => ['for lumen-1', 'for the pilot'].includes(payload)),
          [],
          filter,
        )
        await other.leave()
      }
      await publish(commandTopic(PRODUCT, 'lumen-1'), '')
    },
  )

  test(
    `${kind}: a device says nothing in another’s name, nor in the server’s`,
    options,
    async () => {
      await publish(COHORT, 'token-3')
      const before = (await site.edge.operator('GET', '/devices/lumen-1')).body
      const stolen = await lumen.report()
      const forbidden: [topic: string, payload: string][] = [
        [reportTopic(PRODUCT, 'lumen-1'), stolen],
        [presenceTopic(PRODUCT, 'lumen-1'), 'online'],
        [COHORT, 'not yours to say'],
        [commandTopic(PRODUCT, 'lumen-1'), 'not yours to say'],
      ]
      for (const [topic, payload] of forbidden) {
        const client = await site.connectSoon(other)
        await orClosed(client, client.publishAsync(topic, payload, { qos: 1, retain: true }))
        await other.leave()
      }
      // What did not arrive is looked for behind what did.
      const client = await site.connectSoon(other)
      await client.publishAsync(reportTopic(PRODUCT, 'lumen-2'), await other.report(), { qos: 1 })
      await site.onRecord('lumen-2', ({ reports }) => reports.last === 1)
      const { online, reports } = (await site.edge.operator('GET', '/devices/lumen-1')).body
      assert.deepEqual({ online, reports }, { online: before.online, reports: before.reports })
      const reader = await listening(site, lumen, [COHORT])
      assert.deepEqual(await arrived(reader), [COHORT, 'token-3'])
      // The stolen one is lumen-1’s own after all.
      await reader.publishAsync(reportTopic(PRODUCT, 'lumen-1'), stolen, { qos: 1 })
      await site.onRecord('lumen-1', ({ reports }) => reports.last === 2)
      await lumen.leave()
      await other.leave()
    },
  )

  test(
    `${kind}: who claims the server’s user name is not taken for the server, at its own door neither`,
    options,
    async () => {
      const { port, serverPort = port } = site.plan
      const doors = [...new Set([port, serverPort])]
      const claims = doors.flatMap((door) =>
        [
          { username: 'fleetward-server', password: 'guessed' },
          { username: 'fleetward-server' },
          { username: 'CN=fleetward-server', password: 'guessed' },
          {},
        ].map((claim) => ({ ...claim, port: door })),
      )
      for (const claim of claims) {
        const client = await site.connect(other, claim).catch(() => undefined)
        if (client === undefined) continue
        assert.equal(claim.port, port, 'nobody comes in at the server’s door')
        await orClosed(
          client,
          client.publishAsync(COHORT, 'not yours to say', { qos: 1, retain: true }),
        )
        await other.leave()
      }
      const reader = await listening(site, lumen, [COHORT])
      assert.deepEqual(await arrived(reader), [COHORT, 'token-3'])
      await lumen.leave()
    },
  )

  // The others have no setting for it (docs/operating/brokers.md).
  if (program.holdsClientIds === true) {
    test(
      `${kind}: a device that claims another’s client id does not throw it out`,
      options,
      async () => {
        const client = await listening(site, lumen, [COHORT])
        const got: string[] = []
        client.on('message', (_topic, payload) => got.push(String(payload)))
        await orClosed(client, site.connect(other, { clientId: 'lumen-1' }))
        await publish(COHORT, 'token-4')
        await until(() => got.includes('token-4') || !client.connected)
        assert.ok(client.connected)
        await publish(COHORT, 'token-3')
        await lumen.leave()
        await other.leave()
      },
    )
  }

  test(`${kind}: a device that is revoked hears and says nothing any more`, options, async () => {
    const gone = await site.enrol(ends, 'lumen-3')
    const client = await listening(site, gone, [COHORT])
    await client.publishAsync(reportTopic(PRODUCT, 'lumen-3'), await gone.report(), { qos: 1 })
    await site.onRecord('lumen-3', ({ reports }) => reports.last === 1)
    const got: string[] = []
    client.on('message', (_topic, payload) => got.push(String(payload)))
    const told = () =>
      site.edge.logged.filter(({ msg }) => msg === 'the broker was told who may do what').length
    const before = told()
    assert.equal((await site.edge.operator('POST', '/devices/lumen-3/revoke')).status, 200)
    await until(() => told() > before)
    // From now on at the latest, in whatever way the broker does it.
    await until(async () => {
      got.length = 0
      await publish(COHORT, 'after the revocation')
      const witness = await listening(site, lumen, [COHORT])
      await arrived(witness)
      await lumen.leave()
      return got.length === 0
    })
    await gone.leave()
    const again = await site.connect(gone).catch(() => undefined)
    if (again === undefined) return
    await orClosed(again, again.subscribeAsync(COHORT, { qos }))
    assert.deepEqual(got, [])
  })

  test(
    `${kind}: a connection counts once, and not again when the server is told of it again`,
    options,
    async () => {
      const { edge } = site
      const device = await site.enrol(ends, 'lumen-7')
      const come = async () => {
        const client = await listening(site, device, [commandTopic(PRODUCT, 'lumen-7')])
        const presence = presenceTopic(PRODUCT, 'lumen-7')
        await client.publishAsync(presence, 'online', { qos: 1, retain: true })
        await site.onRecord('lumen-7', ({ online }) => online)
      }
      const counted = () =>
        edge.db.selectFrom('devices').select('connections').where('id', '=', 'lumen-7')
      await come()
      assert.equal((await counted().executeTakeFirstOrThrow()).connections, 1)
      await edge.stop()
      await edge.start()
      await until(() => edge.edge.broker.health().isReachable)
      // A broker that tells nobody who is there leaves it to the device.
      if (!traitsOf(kind).retainedForWildcards) await device.leave().then(come)
      await site.onRecord('lumen-7', ({ online }) => online)
      const connections = traitsOf(kind).retainedForWildcards ? 1 : 2
      assert.equal((await counted().executeTakeFirstOrThrow()).connections, connections)
      await device.leave()
    },
  )

  test(
    `${kind}: a broker that goes away and comes back loses and doubles no report`,
    options,
    async () => {
      const { edge } = site
      assert.equal(edge.edge.broker.health().isReachable, true)
      const last = (await edge.operator('GET', '/devices/lumen-1')).body.reports.last
      await edge.stop()
      const early = await site.connectSoon(lumen)
      await early.publishAsync(reportTopic(PRODUCT, 'lumen-1'), await lumen.report(), { qos: 1 })
      await lumen.leave()
      await site.stopBroker()
      await edge.start()
      await until(() => edge.edge.broker.health().because !== undefined)
      assert.equal(edge.edge.broker.health().isReachable, false)
      await assert.rejects(() => publish(COHORT, 'token-4'), /away/)
      await site.startBroker()
      const late = await site.connectSoon(lumen)
      await late.publishAsync(reportTopic(PRODUCT, 'lumen-1'), await lumen.report(), { qos: 1 })
      await site.onRecord('lumen-1', ({ reports }) => reports.last === last + 2)
      const { reports } = (await edge.operator('GET', '/devices/lumen-1')).body
      assert.equal(reports.missing, 0)
      const kept = (await edge.operator('GET', '/devices/lumen-1/reports')).body
      const numbers = kept.map(({ seq }: { seq: number }) => seq)
      assert.deepEqual(numbers, [...new Set(numbers)])
      await lumen.leave()
    },
  )

  test(
    `${kind}: a broker that has forgotten everything is told everything again`,
    options,
    async () => {
      let asked = 0
      site.edge.edge.publisher.whenBack(() => {
        asked += 1
        publish(COHORT, `told again, ${asked}`).catch(() => {})
      })
      const before = asked
      await site.stopBroker('SIGKILL')
      for (const data of ['data', 'jetstream', 'mnesia']) {
        await rm(join(site.plan.folder, data), { recursive: true, force: true })
      }
      await site.startBroker()
      await until(() => asked > before)
      const client = await listening(site, lumen, [COHORT])
      assert.match((await arrived(client))[1], /^told again/)
      await client.publishAsync(reportTopic(PRODUCT, 'lumen-1'), await lumen.report(), { qos: 1 })
      await site.onRecord('lumen-1', ({ reports }) => reports.last === lumen.seq)
      await lumen.leave()
    },
  )

  /** Connected and subscribed, as soon as the broker has learnt that the device may. */
  async function listening(
    at: BrokerSite,
    device: TestDevice,
    topics: readonly string[],
  ): Promise<MqttClient> {
    for (;;) {
      const client = await at.connectSoon(device)
      keepMessages(client)
      const isOpen = await orClosed(client, client.subscribeAsync([...topics], { qos }))
      if (isOpen) return client
      await device.leave()
    }
  }
}

const MESSAGES = Symbol('messages that nobody has asked for yet')

function keepMessages(client: MqttClient): void {
  const kept: [string, string][] = []
  Object.assign(client, { [MESSAGES]: kept })
  client.on('message', (topic, payload) => kept.push([topic, String(payload)]))
}

/** The next message, or the first that came before anybody asked. */
async function arrived(client: MqttClient): Promise<[topic: string, payload: string]> {
  const kept = (client as unknown as { [MESSAGES]: [string, string][] })[MESSAGES]
  if (kept.length === 0) await next(client, 'message')
  const first = kept.shift()
  if (first === undefined) throw new Error('nothing arrived')
  return first
}

/** False when the broker refused it, or ended the connection over it. */
async function orClosed(client: MqttClient, asked: Promise<unknown>): Promise<boolean> {
  const closed = new Promise<false>((resolve) => client.once('close', () => resolve(false)))
  return Promise.race([
    asked.then(
      () => true,
      () => false,
    ),
    closed,
  ])
}
