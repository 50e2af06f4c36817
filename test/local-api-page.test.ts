/** docs/local-api.md names every route and every refusal there is, and none that there is not. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type RequestCode, RequestError } from '@fleetward/shared'
import { answerOf } from '../packages/agent/src/local-api/refusal.ts'

const page = readFileSync(new URL('../docs/local-api.md', import.meta.url), 'utf8')
const sources = globSync('packages/agent/src/**/*.ts')
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => readFileSync(path, 'utf8'))

const ROUTE =
  /(?:method: '(\w+)',\s*path: '(\/1\/[\w/-]+)'|decides\(\s*'(\w+)',\s*'(\/1\/[\w/-]+)')/g

function routesOfSource(): string[] {
  return sources
    .flatMap((source) => [...source.matchAll(ROUTE)])
    .map(([, method, path, decidesMethod, decidesPath]) =>
      [method ?? decidesMethod, path ?? decidesPath].join(' '),
    )
}

function routesOfPage(): string[] {
  return [...page.matchAll(/^\| (GET|POST|PUT|DELETE) \| `(\/1\/[\w/-]+)` \|/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  )
}

test('the page lists the routes that there are', () => {
  assert.ok(routesOfSource().length > 20)
  assert.deepEqual(routesOfPage().toSorted(), routesOfSource().toSorted())
})

test('its examples ask for routes that there are', () => {
  const asked = [...page.matchAll(/http:\/\/agent(\/1\/[\w/-]+)/g)].map(([, path]) => path)
  assert.ok(asked.length > 2)
  for (const path of asked) {
    assert.ok(
      routesOfPage().some((route) => route.endsWith(` ${path}`)),
      `${path}`,
    )
  }
})

test('what the page may not call says so', () => {
  const socketOnly = [...page.matchAll(/^\| \w+ \| `(\/1\/[\w/-]+)` \|.*\*socket only\*/gm)]
  const hidden = sources
    .flatMap((source) => [...source.matchAll(/path: '(\/1\/[\w/-]+)',[\s\S]*?forPage: (\w+)/g)])
    .filter(([, , forPage]) => forPage === 'false')
  const paths = (matches: RegExpMatchArray[]) => matches.map(([, path]) => path).toSorted()
  assert.deepEqual(paths(socketOnly), paths(hidden))
})

test('every refusal stands under the status it is answered with', () => {
  const codes = /export type RequestCode =([\s\S]*?)\n\n/.exec(
    readFileSync('packages/shared/src/errors.ts', 'utf8'),
  )?.[1]
  const names = [...(codes ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name as RequestCode)
  assert.ok(names.length > 10)
  for (const name of names) {
    const { status } = answerOf(new RequestError(name))
    const row = page.split('\n').find((line) => line.startsWith(`| ${status} |`))
    assert.ok(row?.includes(`\`${name}\``), `${name} is answered with ${status}`)
  }
})
