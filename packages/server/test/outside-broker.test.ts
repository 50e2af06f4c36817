import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  presenceTopic,
  reportTopic,
} from '@fleetward/shared'
import { connect, type MqttClient } from 'mqtt'
import { mosquittoAcl } from '../src/broker/access-files/mosquitto-acl.ts'
import { brokerAcl } from '../src/broker-acl.ts'
import { SERVER_CLIENT_ID } from '../src/enrolment/fleet-authority.ts'
import { parseSettings } from '../src/settings.ts'
import { openAuthority } from '../src/tls/certificate-authority.ts'
import { openServerCertificate } from '../src/tls/server-certificate.ts'
import { EdgeUnderTest, PRODUCT } from './support/edge-under-test.ts'
import { freePort, MOSQUITTO, type RunningMosquitto, startMosquitto } from './support/mosquitto.ts'
import { next, TestDevice } from './support/test-device.ts'

const skip =
  MOSQUITTO === undefined && 'mosquitto is not installed (Debian: apt-get install mosquitto)'
const COHORT = cohortManifestTopic(PRODUCT, 'everyone')

test('the access file names each device’s topics and nothing else', () => {
  const acl = mosquittoAcl(SERVER_CLIENT_ID, [
    { product: PRODUCT, device: 'lumen-1', cohort: 'everyone' },
    { product: PRODUCT, device: SERVER_CLIENT_ID, cohort: 'everyone' },
  ])
  const [, device] = acl.split('user lumen-1\n')
  assert.deepEqual(device?.trim().split('\n'), [
    `topic read ${COHORT}`,
    `topic read ${deviceManifestTopic(PRODUCT, 'lumen-1')}`,
    `topic read ${commandTopic(PRODUCT, 'lumen-1')}`,
    `topic write ${reportTopic(PRODUCT, 'lumen-1')}`,
    `topic write ${presenceTopic(PRODUCT, 'lumen-1')}`,
  ])
  assert.equal(acl.split(`user ${SERVER_CLIENT_ID}\n`).length, 2)
  assert.throws(() => mosquittoAcl('a\ntopic #', []))
})

test('with Mosquitto: manifests out, reports and presence in, commands across, its rules ours', {
  skip,
}, async (t) => {
  const { edge, lumen, port } = await withMosquitto(t)
  const client = await connected(t, lumen, port)
  await client.subscribeAsync([COHORT, commandTopic(PRODUCT, 'lumen-1')], { qos: 1 })
  const manifest = next(client, 'message')
  await edge.edge.publisher.publishRetained(COHORT, 'token-1')
  assert.equal(String((await manifest)[1]), 'token-1')

  await client.publishAsync(reportTopic(PRODUCT, 'lumen-1'), await lumen.report(), { qos: 1 })
  await client.publishAsync(reportTopic(PRODUCT, 'lumen-1'), 'forged', { qos: 1 })
  await client.publishAsync(presenceTopic(PRODUCT, 'lumen-1'), 'online', { qos: 1, retain: true })
  await onRecord(
    edge,
    ({ online, reports }) => online && reports.last === 1 && reports.refused === 1,
  )

  const command = next(client, 'message')
  await edge.operator('POST', '/devices/lumen-1/commands', { command: 'check-now' })
  assert.equal((await command)[0], commandTopic(PRODUCT, 'lumen-1'))

  // Mosquitto acknowledges what it drops, so what did not arrive is looked for behind what did.
  const arrived = new Set<string>()
  client.on('message', (_topic, payload) => arrived.add(String(payload)))
  await client
    .subscribeAsync([cohortManifestTopic(PRODUCT, 'pilot'), 'ota/#'], { qos: 1 })
    .catch(() => {})
  await client.publishAsync(COHORT, 'not yours to say', { qos: 1 })
  await client.publishAsync(presenceTopic(PRODUCT, 'lumen-2'), 'online', { qos: 1 })
  await edge.edge.publisher.publishRetained(cohortManifestTopic(PRODUCT, 'pilot'), 'for the pilot')
  const last = next(client, 'message')
  await edge.edge.publisher.publishRetained(COHORT, 'token-2')
  assert.equal(String((await last)[1]), 'token-2')
  assert.deepEqual([...arrived], ['token-1', 'token-2'])
  assert.equal((await edge.operator('GET', '/devices/lumen-2')).body.online, false)
})

test('a broker that goes away and comes back: publishing fails meanwhile, reports wait for us', {
  skip,
}, async (t) => {
  const { edge, lumen, port, restart, stop } = await withMosquitto(t)
  await stop()
  await assert.rejects(async () => {
    for (;;) await edge.edge.publisher.publishRetained(COHORT, 'token-1')
  }, /away|answer/)
  await restart()
  for (;;) {
    const error = await edge.edge.publisher.publishRetained(COHORT, 'token-1').catch(String)
    if (error === undefined) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const client = await connected(t, lumen, port)
  await edge.stop()
  await client.publishAsync(reportTopic(PRODUCT, 'lumen-1'), await lumen.report(), { qos: 1 })
  await edge.start()
  await onRecord(edge, ({ reports }) => reports.last === 1)
})

async function withMosquitto(t: TestContext) {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-mosquitto-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const ca = await openAuthority(join(folder, 'ca'), 'server-ca', new Date())
  const file = (name: string) => join(folder, name)
  const { keyPem, certificatePem } = await openServerCertificate(
    folder,
    ca,
    ['127.0.0.1'],
    new Date(),
  )
  await writeFile(file('broker.key'), keyPem)
  await writeFile(file('broker.pem'), certificatePem)
  await writeFile(file('broker-ca.pem'), ca.pem)

  const edge = await EdgeUnderTest.start(t, {
    broker: { url: `mqtts://127.0.0.1:${port}`, caFile: file('broker-ca.pem') },
  })
  const lumen = await TestDevice.enrolled(t, edge, 'lumen-1')
  await TestDevice.enrolled(t, edge, 'lumen-2')
  await writeFile(file('fleet-ca.pem'), edge.edge.anchors.fleetCaPem)
  const acl = await brokerAcl(parseSettings({ dataFolder: edge.folder, host: ['127.0.0.1'] }))
  await writeFile(file('acl'), acl)
  const settings = [
    `cafile ${file('fleet-ca.pem')}`,
    `certfile ${file('broker.pem')}`,
    `keyfile ${file('broker.key')}`,
    ...['tls_version tlsv1.3', 'require_certificate true', 'use_identity_as_username true'],
    ...['allow_anonymous false', `acl_file ${file('acl')}`],
  ]
  let running: RunningMosquitto = await startMosquitto(folder, settings, port)
  t.after(() => running.stop())
  for (;;) {
    const error = await edge.edge.publisher.publishRetained(`${COHORT}`, '').catch(String)
    if (error === undefined) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    ...{ edge, lumen, port },
    stop: () => running.stop(),
    restart: async () => {
      running = await startMosquitto(folder, settings, port)
    },
  }
}

async function connected(t: TestContext, device: TestDevice, port: number): Promise<MqttClient> {
  const client = connect(`mqtts://127.0.0.1:${port}`, {
    ...{ clientId: device.id, clean: true, protocolVersion: 4, reconnectPeriod: 0 },
    // The broker's certificate is not what this test is about.
    ...{ rejectUnauthorized: false, key: device.key, cert: device.certificate },
  })
  t.after(() => client.endAsync(true))
  await new Promise((resolve, reject) => {
    client.once('connect', resolve)
    client.once('error', reject)
  })
  return client
}

// biome-ignore lint/suspicious/noExplicitAny: as the operator API answers
async function onRecord(edge: EdgeUnderTest, holds: (device: any) => boolean): Promise<void> {
  for (;;) {
    if (holds((await edge.operator('GET', '/devices/lumen-1')).body)) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
