/** The story on a machine where others hold the usual ports, as a broker or another server often does; and what it leaves. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SAMPLE_PRODUCT } from '../../../firmware-samples/samples.ts'
import { processesOf, type StoryEnd, startStory } from '../support/story-run.ts'
import { type Ask, withToldStory } from '../support/told-story.ts'

const USUAL_PORTS = [8883, 8443, 8444, 8080]
const OF = `/products/${SAMPLE_PRODUCT}`

let folder: string
let occupants: readonly (Server | undefined)[]
let told: StoryEnd

before(
  async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetward-ports-'))
    occupants = await Promise.all(USUAL_PORTS.map(occupy))
    told = await startStory(folder).end
  },
  { timeout: 300_000 },
)

after(async () => {
  for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL')
  for (const occupant of occupants) occupant?.close()
  await rm(folder, { recursive: true, force: true })
})

test('the story comes out right on other ports when the usual ones are taken', async () => {
  assert.equal(told.status, 0, told.output)
  const { listen } = JSON.parse(await readFile(join(folder, 'server.json'), 'utf8'))
  for (const port of USUAL_PORTS) assert.equal(Object.values(listen).includes(port), false)
  assert.deepEqual(processesOf(folder), [], 'the story left processes behind')
})

test('a told story leaves for each screen what there is to see and to do there', {
  timeout: 60_000,
}, async (t) => {
  assert.equal(told.status, 0, told.output)
  await withToldStory(folder, async (ask) => {
    await t.test('what needs somebody now', () => now(ask))
    await t.test('a fleet with owners who had their say', () => fleet(ask))
    await t.test('a release that nobody was offered, and a rollout that stopped itself', () =>
      releases(ask),
    )
    await t.test('a hole that is exploited, and one that waits for a decision', () => holes(ask))
    await t.test('a running case, a report from outside, a draft', () => disclosure(ask))
    await t.test('a product that is described, with gaps', () => product(ask))
    await t.test('entries of the audit log, and a first administrator to come', () => house(ask))
  })
})

async function now(ask: Ask): Promise<void> {
  const { matters }: { matters: readonly { readonly kind: string }[] } = await ask('/attention')
  assert.deepEqual(
    matters.map(({ kind }) => kind),
    ['caseDue', 'exploitedExposure', 'rolloutHalted', 'reportUnanswered'],
  )
}

async function fleet(ask: Ask): Promise<void> {
  const devices: readonly { readonly id: string; readonly waitingFor?: string }[] = await ask(
    `${OF}/devices`,
  )
  assert.deepEqual(
    devices.map(({ id, waitingFor }) => [id, waitingFor]),
    [
      ...[1, 2, 3].map((number) => [`G1-000${number}`, undefined]),
      ...[
        ['G1-0004', 'postponement'],
        ['G1-0005', 'optIn'],
      ],
    ],
  )
  const cohorts: readonly { readonly name: string; readonly devices: number }[] = await ask(
    `${OF}/cohorts`,
  )
  assert.deepEqual(
    cohorts.map(({ name, devices: count }) => [name, count]),
    [
      ['homes', 3],
      ['laboratory', 0],
      ['offices', 2],
    ],
  )
  assert.equal((await ask(`${OF}/filters`)).length, 2)
  assert.equal((await ask(`${OF}/expected-devices`)).length, 1)
}

async function releases(ask: Ask): Promise<void> {
  const published: readonly { readonly version: string; readonly listed: boolean }[] = await ask(
    `${OF}/releases`,
  )
  assert.deepEqual(
    published.filter(({ listed }) => listed).map(({ version }) => version),
    ['1.5.1', '1.5.0', '1.4.3', '1.4.2'],
  )
  const rollouts: readonly { readonly id: string; release: string; state: string }[] = await ask(
    `${OF}/rollouts`,
  )
  assert.deepEqual(rollouts.map(({ release, state }) => `${release} ${state}`).toSorted(), [
    ...['1.4.3 finished', '1.4.3 running', '1.5.1 stopped'],
  ])
  const stopped = rollouts.find(({ state }) => state === 'stopped')
  const { explanation } = await ask(`${OF}/rollouts/${stopped?.id}`)
  assert.equal(explanation.rule, 'errorThreshold')
}

async function holes(ask: Ask): Promise<void> {
  const feeds: readonly { readonly status: string }[] = await ask('/feeds')
  assert.deepEqual(
    feeds.map(({ status }) => status),
    ['fresh', 'fresh'],
  )
  const found: readonly {
    readonly vulnerability: string
    readonly isExploited: boolean
    readonly answers: readonly { readonly version: string; readonly decision?: object }[]
  }[] = await ask(`${OF}/findings`)
  assert.deepEqual(
    found.map(({ vulnerability, isExploited, answers }) => ({
      ...{ vulnerability, isExploited },
      waiting: answers.filter(({ decision }) => decision === undefined).length,
    })),
    [
      { vulnerability: 'CVE-2021-21315', isExploited: true, waiting: 1 },
      { vulnerability: 'CVE-2023-42810', isExploited: false, waiting: 4 },
    ],
  )
  const { products } = await ask('/vulnerabilities/CVE-2021-21315/exposure')
  assert.equal(products[0].fix.version, '1.4.3')
  assert.deepEqual(products[0].counts, {
    ...{ updated: 3, postponed: 1, optedOut: 1 },
    ...{ unsupported: 0, offline: 0, pending: 0 },
  })
}

async function disclosure(ask: Ask): Promise<void> {
  const [opened, ...others] = await ask('/cases')
  assert.deepEqual(others, [])
  const { clocks } = await ask(`/cases/${opened.id}`)
  const running = (clocks as readonly { readonly stage: string; readonly state: string }[]).filter(
    ({ state }) => state === 'running',
  )
  assert.equal(running.length, 3)
  const reports: readonly { readonly state: string }[] = await ask('/disclosure/reports')
  assert.deepEqual(
    reports.map(({ state }) => state),
    ['received'],
  )
  const advisories: readonly { readonly state: string }[] = await ask(`${OF}/advisories`)
  assert.deepEqual(
    advisories.map(({ state }) => state),
    ['draft'],
  )
}

async function product(ask: Ask): Promise<void> {
  const { sheets } = await ask(`${OF}/facts/gaps`)
  const open = (
    sheets as readonly { sheet: string; items: readonly { missing: readonly string[] }[] }[]
  ).filter(({ items }) => items.some(({ missing }) => missing.length > 0))
  assert.deepEqual(
    open.map(({ sheet }) => sheet),
    ['annex-7'],
  )
  assert.equal((await ask(`${OF}/information`)).isPublic, true)
  assert.equal((await ask(`${OF}/risks`)).length, 1)
  const { rows } = await ask(`${OF}/requirements`)
  const states = (rows as readonly { readonly state: string }[]).map(({ state }) => state)
  assert.ok(states.includes('unanswered') && states.includes('suggested'))
  assert.equal(states.filter((state) => !['unanswered', 'suggested'].includes(state)).length, 2)
}

async function house(ask: Ask): Promise<void> {
  const entries: readonly { readonly action: string }[] = await ask('/audit?limit=500')
  for (const action of ['release.published', 'rollout.created', 'case.opened']) {
    assert.ok(
      entries.some((entry) => entry.action === action),
      `${action} among ${[...new Set(entries.map((entry) => entry.action))].join(', ')}`,
    )
  }
  assert.deepEqual(await ask('/accounts'), [], 'the first person is whoever tries it')
}

/** Takes the port unless somebody has it already, which serves as well. */
function occupy(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
