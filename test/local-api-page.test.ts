/** docs/local-api.md names every refusal under the status it has; the routes are held in test/end-to-end/device/local-api.test.ts. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type RequestCode, RequestError } from '@fleetward/shared'
import { answerOf } from '../packages/agent/src/local-api/refusal.ts'

const page = readFileSync(new URL('../docs/local-api.md', import.meta.url), 'utf8')
const errors = readFileSync(new URL('../packages/shared/src/errors.ts', import.meta.url), 'utf8')

test('every refusal stands under the status it is answered with', () => {
  const codes = /export type RequestCode =([\s\S]*?)\n\n/.exec(errors)?.[1]
  const names = [...(codes ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name as RequestCode)
  assert.ok(names.length > 10)
  for (const name of names) {
    const { status } = answerOf(new RequestError(name))
    const row = page.split('\n').find((line) => line.startsWith(`| ${status} |`))
    assert.ok(row?.includes(`\`${name}\``), `${name} is answered with ${status}`)
  }
})
