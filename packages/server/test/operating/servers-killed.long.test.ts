/** Three servers on one PostgreSQL and one Mosquitto, in the middle of a staged rollout, when the worst happens. CRA P-079 */
import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { until } from '../../../../test/end-to-end/support/until.ts'
import { MOSQUITTO_PROGRAM } from '../support/mosquitto-program.ts'
import { RunningPostgres } from '../support/postgres.ts'
import { RolloutWatch } from '../support/rollout-watch.ts'
import { ServersSite } from '../support/servers-site.ts'
import type { ServingProcess } from '../support/serving-process.ts'
import { REPORTS_OF_AN_UPDATE } from '../support/updating-device.ts'

const SEEDS = [4, 42, 1848]
const DEVICES = 24
const REPORTS = DEVICES * (REPORTS_OF_AN_UPDATE - 1)
const group = (name: string, members: object) => ({
  ...{ name, members, success: { share: 1, soakSeconds: 2 } },
  error: { share: 0.1, minimum: 1 },
})
const PLAN = {
  groups: [
    group('first', { share: 0.2 }),
    group('more', { share: 0.3 }),
    group('all', { rest: true }),
  ],
  pace: {
    ...{ kind: 'exponential', startPerMinute: 6, factor: 3, everySuccesses: 3 },
    maxPerMinute: 600,
  },
}

const isMissing = !MOSQUITTO_PROGRAM.isInstalled && 'mosquitto is not installed'
let postgres: RunningPostgres

before(async () => {
  postgres = await RunningPostgres.start()
})
after(() => postgres.stop())

async function begun(t: TestContext, on = postgres) {
  const site = await ServersSite.open(t, on)
  await site.addDevices(t, DEVICES)
  const id = await site.rollOut(PLAN)
  const watch = new RolloutWatch(site, id, PLAN)
  t.after(() => watch.stop())
  watch.start()
  return { site, id, watch }
}

async function finished({ site, id, watch }: Awaited<ReturnType<typeof begun>>): Promise<void> {
  let seen: unknown
  await until(
    async () => {
      seen = await site.get(`/rollouts/${id}`)
      return (seen as { state: string }).state === 'finished'
    },
    () => `the rollout finishes: ${JSON.stringify(seen)}`,
  )
  await until(
    async () => {
      const all = await site.query('SELECT count(*)::int AS count FROM reports')
      return all[0].count >= DEVICES * REPORTS_OF_AN_UPDATE
    },
    () => 'every report is on record',
  )
  await watch.stop()
  await watch.assertNothingLost()
}

const isReady = async (server: ServingProcess) => (await server.readiness()).status === 200

async function allReady({ servers }: ServersSite): Promise<void> {
  await until(
    async () => (await Promise.all(servers.map(isReady))).every(Boolean),
    () => 'all servers are ready',
  )
  assert.equal(servers.filter(({ leads }) => leads).length, 1, 'exactly one leads')
  const roles = await Promise.all(servers.map(leaderGauge))
  assert.equal(
    roles.reduce((sum, role) => sum + role),
    1,
  )
}

async function leaderGauge({ ports }: ServingProcess): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${ports.metrics}/metrics`)).text()
  return Number(/^fleetward_leader (\d)$/m.exec(text)?.[1])
}

describe('killing any server in the middle of a rollout loses nothing', {
  concurrency: SEEDS.length,
  skip: isMissing,
}, () => {
  for (const seed of SEEDS) {
    test(`killing any server in the middle of a rollout loses nothing (seed ${seed})`, async (t) => {
      const run = await begun(t)
      const { site } = run
      const chance = numbersFrom(seed)
      const starting: Promise<void>[] = []
      const follower = () =>
        until(
          () => site.running.find(({ leads }) => !leads),
          () => 'somebody follows',
        )
      let moment = 0
      for (const victim of [() => site.leader(), follower, () => site.leader()]) {
        moment += 1 + Math.floor(chance() * (REPORTS / 4))
        await site.afterReports(moment)
        const server = await victim()
        await server.kill()
        // Some come back while the rollout goes on, some only at its end.
        if (chance() < 0.5 || site.running.length === 0) starting.push(server.start())
        await Promise.all(site.running.length === 0 ? starting : [])
      }
      await Promise.all(starting)
      await finished(run)
      for (const server of site.servers) if (!server.isRunning) await server.start()
      await allReady(site)
    })
  }
})

test('database and broker may go away in the middle of a rollout: readiness says which, nothing is lost or doubled', {
  skip: isMissing,
}, async (t) => {
  const own = await RunningPostgres.start()
  t.after(() => own.stop())
  const run = await begun(t, own)
  const { site } = run
  const allSay = (part: string, status: string) =>
    until(
      async () => {
        const seen = await Promise.all(site.servers.map((server) => server.readiness()))
        return seen.every(({ parts }) => parts[part]?.status === status)
      },
      () => `${part} is ${status}`,
    )

  await site.afterReports(5)
  await own.pause('immediate')
  await allSay('database', 'away')
  await own.resume()
  await allSay('database', 'ok')

  await site.afterReports(Math.floor(REPORTS / 3))
  await site.stopBroker()
  await allSay('broker', 'away')
  await allSay('database', 'ok')
  await site.startBroker()
  await allSay('broker', 'ok')

  await finished(run)
  await allReady(site)
})

/** Mulberry32: the same kills for the same seed, as far as timing allows. */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
