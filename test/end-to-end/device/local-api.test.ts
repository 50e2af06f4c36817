/** docs/local-api.md is what a running agent answers: each route, each field, each example. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { type Json, parseJson } from '@fleetward/shared'
import { AgentClient, AgentRefusal } from '../../../packages/agent/src/local-api/client.ts'
import { Fleet } from '../support/fleet.ts'

const page = readFileSync(new URL('../../../docs/local-api.md', import.meta.url), 'utf8')
const LISTED = /^\| (GET|POST|PUT|DELETE) \| `(\/1\/[\w/-]+)` \|.*$/gm
const rows = [...page.matchAll(LISTED)].map(([row, method = '', path = '']) => ({
  ...{ row, method, path, forPage: !row.includes('*socket only*') },
}))

const fleet = await Fleet.inside()
after(() => fleet.end())
const device = await fleet.device('G1-0001', { cohort: 'homes', settings: { page: { port: 0 } } })
device.start()
await fleet.untilSeen(device, { online: true, state: 'idle' })
const agent = new AgentClient(join(device.data, 'run/agent.sock'))

interface Route {
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly forPage: boolean
}

const nameOf = ({ method, path, forPage }: Omit<Route, 'summary'>) =>
  `${method} ${path}${forPage ? '' : ', socket only'}`

/** As many words in code as the page has on it, tables of fields included. */
function wordsOf(path: string, row: string): string {
  if (path === '/1/status')
    return page.slice(page.indexOf('### The status'), page.indexOf('### A notice'))
  return row
}

test('the page lists the routes that a running agent has, and says which are not for the page', async () => {
  const { routes } = (await agent.json('/1')) as unknown as { routes: Route[] }
  assert.ok(routes.length > 20)
  assert.deepEqual(rows.map(nameOf).toSorted(), routes.map(nameOf).toSorted())
  for (const { path, summary } of routes) assert.notEqual(summary, '', path)
})

describe('what a running agent answers stands on the page:', () => {
  const streams = ['/1/events', '/1/log/export']
  for (const { method, path, row } of rows) {
    if (method !== 'GET' || streams.includes(path)) continue
    test(path, async () => {
      const fields = Object.keys((await agent.json(path)) as object)
      assert.ok(fields.length > 0)
      const unknown = fields.filter((field) => !wordsOf(path, row).includes(`\`${field}\``))
      assert.deepEqual(unknown, [])
    })
  }
})

describe('what a decision answers stands on the page:', () => {
  for (const [path, body] of [
    ['/1/opt-out', { until: 4_000_000_000 }],
    ['/1/opt-in', {}],
    ['/1/check', {}],
  ] as const) {
    test(path, async () => {
      const decided = page.slice(page.indexOf('What decides'), page.indexOf('### The status'))
      const fields = Object.keys((await agent.json(path, { method: 'POST', body })) as object)
      assert.deepEqual(
        fields.filter((field) => !decided.includes(`\`${field}\``)),
        [],
      )
    })
  }
})

interface Example {
  readonly line: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: Json
  readonly isUpload: boolean
}

const examples = [...page.matchAll(/^curl .*$/gm)].map(([line]): Example => {
  const isUpload = / -T /.test(line)
  const body = / -d '([^']+)'/.exec(line)?.[1]
  return {
    ...{ line, isUpload, path: /http:\/\/agent(\/[^\s']*)/.exec(line)?.[1] ?? '' },
    method: (/ -X (\w+)/.exec(line)?.[1] ?? (isUpload ? 'PUT' : 'GET')) as Example['method'],
    ...(body === undefined ? {} : { body: parseJson(Buffer.from(body), 1000) }),
  }
})

describe('an example of the page asks for what there is, in the form it has to have:', () => {
  assert.ok(examples.length > 5)
  for (const { line, isUpload, ...call } of examples) {
    test(line, async () => {
      const upload = isUpload ? { upload: Readable.from(['no bundle']) } : {}
      try {
        const answer = await agent.stream(call.path, { ...call, ...upload })
        answer.destroy()
      } catch (error) {
        if (!(error instanceof AgentRefusal)) throw error
        // Nothing is offered here, and this is no bundle; everything else is our page's fault.
        assert.match(error.code, /^(NOTHING_TO_INSTALL|ARTIFACT_INVALID)$/)
      }
    })
  }
})

test('the events of the page are those that a stream begins with and goes on with', async () => {
  const section = page.slice(page.indexOf('### Events'), page.indexOf('## Through'))
  const stream = await agent.stream('/1/events')
  const seen: string[] = []
  for await (const block of stream) {
    seen.push(...[...String(block).matchAll(/^event: (\w+)\ndata: \{\}$/gm)].map(([, n = '']) => n))
    if (seen.length === 1)
      await agent.json('/1/settings', { method: 'PUT', body: { notify: false } })
    if (seen.includes('settings')) break
  }
  assert.equal(seen[0], 'state')
  for (const name of seen) assert.ok(section.includes(`| \`${name}\` |`), name)
})
