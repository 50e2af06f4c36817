/** What an owner can set and decide does the same by every way there is (CRA P-052). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Json } from '@fleetward/shared'
import { AgentClient } from '../../../packages/agent/src/local-api/client.ts'
import { Fleet } from '../support/fleet.ts'

const HOUR = 3600

const fleet = await Fleet.inside()
after(() => fleet.end())
const device = await fleet.device('G1-0001', { cohort: 'homes', settings: { page: { port: 0 } } })
device.start()
await fleet.untilSeen(device, { online: true, state: 'idle' })
await fleet.publish({ version: '1.5.0', kind: 'functionality' })
await fleet.rollOut('1.5.0', 'homes')
await fleet.untilSeen(device, { state: 'offered', waitingFor: 'approval' })

const socket = new AgentClient(`${device.data}/run/agent.sock`)
const page = await pairedPage()

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
type Ask = (method: Method, path: string, body?: Json) => Promise<Json>

async function pairedPage(): Promise<Ask> {
  const { code, urls } = await device.cli<{ code: string; urls: string[] }>('pairing')
  const { origin } = new URL(urls[0] ?? '')
  const send = (path: string, init: RequestInit, headers: Record<string, string> = {}) =>
    fetch(`${origin}${path}`, {
      ...init,
      headers: { 'content-type': 'application/json', origin, ...headers },
    })
  const entered = await send('/session', { method: 'POST', body: JSON.stringify({ code }) })
  assert.equal(entered.status, 200)
  const { token } = (await entered.json()) as { token: string }
  const [cookie = ''] = entered.headers.getSetCookie()
  const session = { cookie: cookie.split(';')[0] ?? '', 'fleetward-token': token }
  return async (method, path, body) => {
    const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const answer = await send(path, init, session)
    assert.equal(answer.status, 200, `${method} ${path}`)
    return (await answer.json()) as Json
  }
}

const product: Ask = async (method, path, body) =>
  // Parsed strictly, into objects without a prototype; compared with others below.
  structuredClone(
    await socket.json(path, {
      ...{ method, headers: { 'fleetward-way': 'product' } },
      ...(body === undefined ? {} : { body }),
    }),
  )

/** The owner's side of the status, as the two listeners tell it: they have to agree. */
async function ownersSide(): Promise<Record<string, Json>> {
  const told = async (ask: Ask) => (await ask('GET', '/1/status')) as { owner: Json }
  const { owner } = await told(product)
  assert.deepEqual((await told(page)).owner, owner)
  return owner as Record<string, Json>
}

const untilMs = Math.ceil(Date.now() / 60_000) * 60_000 + HOUR * 1000
const until = untilMs / 1000
/** Twelve hours off, so that it is shut. */
const [from = '', to = ''] = [12, 13].map((hours) =>
  new Date(untilMs + hours * HOUR * 1000).toISOString().slice(11, 16),
)
const window = { weekdays: [1, 2, 3, 4, 5, 6, 7], from, to, timeZone: 'UTC' }
const setting = (name: string, value: string | boolean) =>
  ({
    call: ['PUT', '/1/settings', { [name]: value }],
    command: ['settings', `${name}=${value}`],
  }) as const

interface Control {
  readonly call: readonly [Method, string, Json?]
  readonly command: readonly string[]
  /** On the owner's side of the status afterwards. */
  readonly shows: Readonly<Record<string, Json | undefined>>
  readonly logs: string
}

/** Each is a change of what the one before left, so that one that does nothing is found. */
const controls: readonly Control[] = [
  { ...setting('security', 'ask'), shows: { security: 'ask' }, logs: 'settings-changed' },
  {
    ...setting('security', 'automatic'),
    ...{ shows: { security: 'automatic' }, logs: 'settings-changed' },
  },
  { ...setting('notify', false), shows: { notify: false }, logs: 'settings-changed' },
  { ...setting('notify', true), shows: { notify: true }, logs: 'settings-changed' },
  {
    ...{ call: ['PUT', '/1/window', window], shows: { window }, logs: 'window-changed' },
    command: ['window', '1-7', from, to, 'UTC'],
  },
  // While the window is shut: as soon as it would open, the update would be installed.
  {
    ...setting('functionality', 'automatic'),
    ...{ shows: { functionality: 'automatic' }, logs: 'settings-changed' },
  },
  {
    ...setting('functionality', 'ask'),
    ...{ shows: { functionality: 'ask' }, logs: 'settings-changed' },
  },
  {
    ...{ call: ['DELETE', '/1/window'], command: ['window', 'off'] },
    ...{ shows: { window: 'none' }, logs: 'window-changed' },
  },
  {
    ...{ call: ['POST', '/1/opt-out', { until }], logs: 'opted-out' },
    command: ['opt-out', '--until', new Date(untilMs).toISOString()],
    shows: { optedOut: { until } },
  },
  {
    ...{ call: ['POST', '/1/opt-in', {}], command: ['opt-in'], logs: 'opted-in' },
    shows: { optedOut: undefined },
  },
  {
    ...{ call: ['POST', '/1/postpone', { until }], logs: 'update-postponed' },
    command: ['postpone', '--until', new Date(untilMs).toISOString()],
    shows: { postponed: { until } },
  },
]

const ways: Readonly<Record<string, (control: Control) => Promise<unknown>>> = {
  cli: ({ command }) => device.cli(...command),
  page: ({ call }) => page(...call),
  product: ({ call }) => product(...call),
}

type Entry = { readonly event: string; readonly by: string }

for (const [way, decide] of Object.entries(ways)) {
  test(`every control works by way of ${way}, and is logged as coming from there`, async () => {
    for (const control of controls) {
      await decide(control)
      const shown = await ownersSide()
      for (const [name, value] of Object.entries(control.shows)) {
        const what = `${control.command.join(' ')}: ${name}`
        if (value === undefined) assert.equal(shown[name], undefined, what)
        else assert.partialDeepStrictEqual({ [name]: shown[name] }, { [name]: value }, what)
      }
      const { entries } = (await product('GET', '/1/log')) as { entries: Entry[] }
      const last = entries.findLast(({ event }) => event === control.logs)
      assert.equal(last?.by, way, control.command.join(' '))
    }
  })
}

test('an update is told of in the same words by every way, with what it is for (CRA P-056)', async () => {
  type Updates = { notices: Record<string, Json>[] }
  const [bySocket, byPage, byCli] = [
    (await product('GET', '/1/updates')) as Updates,
    (await page('GET', '/1/updates')) as Updates,
    await device.cli<Updates>('updates'),
  ].map(({ notices: [notice] }) => {
    // It counts as time goes by.
    const { postponement: _, ...others } = notice ?? {}
    return others
  })
  assert.deepEqual(byPage, bySocket)
  assert.deepEqual(byCli, bySocket)
  const fields = ['what', 'why', 'severity', 'lengthBytes', 'expectedSeconds', 'restarts', 'howTo']
  assert.deepEqual(
    fields.filter((name) => bySocket?.[name] === undefined),
    [],
  )
})
