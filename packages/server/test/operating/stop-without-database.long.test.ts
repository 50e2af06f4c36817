/** A server process that is told to end while nobody can write into its database. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { reportTopic } from '@fleetward/shared'
import { until } from '../../../../test/end-to-end/support/until.ts'
import { PRODUCT } from '../support/desk.ts'
import type { EdgeUnderTest, Ending } from '../support/edge-under-test.ts'
import { RunningPostgres } from '../support/postgres.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { TestDevice } from '../support/test-device.ts'

/** Whatever hangs: less than what supervisors wait by default (systemd 90 s), and no measure of speed. */
const IN_TIME = { timeout: 60_000 }
const DEVICE = 'lumen-1'

async function serving(t: Ending, postgres: RunningPostgres): Promise<ServingProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-stop-'))
  const server = new ServingProcess(folder, {
    database: await postgres.databaseSettings(folder),
    webhooks: { allowNetworks: ['127.0.0.0/8'] },
  })
  t.after(async () => {
    await server.kill()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  })
  await server.start()
  return server
}

async function enrolled(t: Ending, server: ServingProcess, serverCaPem: string) {
  const path = `/products/${PRODUCT}/enrolment-tokens`
  const asEdge = {
    edge: { ports: server.ports, anchors: { serverCaPem } },
    clock: { now: () => new Date() },
    token: async () => (await server.call('POST', path, { cohort: 'homes' })).body.token,
  }
  return TestDevice.enrolled(t, asEdge as unknown as EdgeUnderTest, DEVICE)
}

/** The last entry that the file beside the database vouches for. */
async function anchored(server: ServingProcess): Promise<number> {
  const file = join(server.dataFolder, 'audit-head')
  const token = await readFile(file, 'utf8').catch(() => undefined)
  if (token === undefined) return 0
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).seq
}

async function lastEntry(server: ServingProcess): Promise<number> {
  return (await server.call('GET', '/audit?limit=1')).body[0].seq
}

async function begun(t: TestContext) {
  const postgres = await RunningPostgres.start()
  const server = await serving(t, postgres)
  const { body } = await server.call('POST', '/products', { id: PRODUCT })
  const device = await enrolled(t, server, body.serverCa)
  const client = await device.mqtt()
  const send = (token: string) =>
    client.publishAsync(reportTopic(PRODUCT, DEVICE), token, { qos: 1 })
  await send(await device.report())
  // Somebody is to hear of every event: that is one more who reads the database all the time.
  const hears = { url: 'https://127.0.0.1:1/', types: ['*'] }
  assert.equal((await server.call('POST', '/webhooks', hears)).status, 201)
  const seq = await lastEntry(server)
  return { postgres, server, device, send, seq }
}

/** Started again it has all that was confirmed, and takes what was not. */
async function goesOn(
  { server, device, seq }: Awaited<ReturnType<typeof begun>>,
  unconfirmed: string,
): Promise<void> {
  await server.start()
  assert.deepEqual(server.events('audit-broken'), [])
  assert.ok((await lastEntry(server)) >= seq)
  assert.equal((await device.post(unconfirmed)).status, 200)
  const { reports } = (await server.call('GET', `/products/${PRODUCT}/devices/${DEVICE}`)).body
  assert.deepEqual([reports.last, reports.missing], [2, 0])
  await until(
    async () => (await anchored(server)) >= seq,
    () => 'the file beside the database vouches for all of them',
  )
  assert.equal(await server.terminate(), 0)
}

test(
  'a server that is told to end while its PostgreSQL is gone ends, says what it could not write, and the next start writes it',
  IN_TIME,
  async (t) => {
    const site = await begun(t)
    const { postgres, server, device, send } = site
    const behind = await anchored(server)
    await postgres.pause('immediate')
    const unconfirmed = await device.report()
    let isConfirmed = false
    send(unconfirmed).then(
      () => (isConfirmed = true),
      () => {},
    )
    assert.equal((await device.post(unconfirmed)).status, 503)

    assert.equal(await server.terminate(), 1)
    assert.equal(isConfirmed, false)
    const [said] = server.events('stopped-badly')
    assert.deepEqual(said?.notClosed, [{ part: 'audit head', why: 'DatabaseAwayError' }])
    assert.deepEqual(server.events('stopped'), [])
    assert.equal(await anchored(server), behind)

    await postgres.resume()
    await goesOn(site, unconfirmed)
  },
)

test(
  'a server that is told to end while its PostgreSQL answers nothing gives it up and ends',
  IN_TIME,
  async (t) => {
    const site = await begun(t)
    const { postgres, server, device, send } = site
    postgres.freeze()
    const unconfirmed = await device.report()
    send(unconfirmed).catch(() => {})

    assert.equal(await server.terminate(), 1)
    const notClosed = server.events('stopped-badly')[0]?.notClosed as {
      part: string
      why: string
    }[]
    assert.ok(notClosed.some(({ part, why }) => part === 'database' && why === 'NO_ANSWER'))
    postgres.thaw()
    await goesOn(site, unconfirmed)
  },
)
