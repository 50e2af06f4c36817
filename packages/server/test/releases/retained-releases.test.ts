/** What mends security stays, whoever asks, until its time is over. CRA P-023 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PRODUCT } from '../support/desk.ts'
import { signedIn } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'

const RELEASE = `/products/${PRODUCT}/releases/1.4.3`
const FACTS = `/products/${PRODUCT}/facts`

test('a security release is deleted by nobody before ten years and the end of support', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const artifact = new Uint8Array(1000)
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact }])
  const chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
  const asked = async () => {
    const { status, body } = await chief.call('DELETE', RELEASE)
    return [status, body.code, body.facts?.date]
  }
  assert.deepEqual(await asked(), [409, 'RETAINED_UNTIL', '2036-11-21'])
  assert.match((await server.call('DELETE', RELEASE)).body.title, /until 2036-11-21/)

  const supportPeriod = {
    ...{ starts: '2026-11-21', ends: '2041-03', expectedUseMonths: 172, reasoning: 'used so long' },
  }
  await server.call('POST', FACTS, { supportPeriod }, { 'if-match': '"0"' })
  assert.deepEqual(await asked(), [409, 'RETAINED_UNTIL', '2041-04-01'])
  const [listed] = (await server.call('GET', `/products/${PRODUCT}/releases`)).body
  assert.equal(listed.retainedUntil, Date.UTC(2041, 3, 1) / 1000)

  // Withdrawn it is not offered, and stays all the same.
  const withdrawn = await server.call('POST', `${RELEASE}/withdraw`)
  assert.equal(withdrawn.body.retainedUntil, listed.retainedUntil)
  assert.deepEqual(await asked(), [409, 'RETAINED_UNTIL', '2041-04-01'])
  server.clock.at = new Date('2041-04-01T00:00:00Z')
  const late = await server.call('DELETE', RELEASE)
  assert.deepEqual([late.status, late.body.code], [409, 'RELEASE_KEPT'])
  const { body: releases } = await server.call('GET', `/products/${PRODUCT}/releases`)
  assert.equal(releases.length, 1)
})

test('a functionality release has no date, and stays because its version must not mean other bytes', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const artifact = new Uint8Array(1000)
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'functionality', artifact }])
  const { status, body } = await server.call('DELETE', RELEASE)
  assert.deepEqual([status, body.code], [409, 'RELEASE_KEPT'])
  const unknown = await server.call('DELETE', `/products/${PRODUCT}/releases/9.9.9`)
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'NO_SUCH_RELEASE'])
})

test('nothing in the server deletes releases, their files or artifacts: what begins to has to ask retainedUntil', () => {
  const source = join(import.meta.dirname, '../../src')
  const deleting = globSync('**/*.ts', { cwd: source })
    .filter((file) => !file.endsWith('.test.ts'))
    .filter((file) => {
      const text = readFileSync(join(source, file), 'utf8')
      return (
        /deleteFrom\(\s*'(releases|target_files|product_facts|risk_assessments)'/.test(text) ||
        /DELETE FROM (releases|target_files|product_facts|risk_assessments)\b/i.test(text)
      )
    })
  assert.deepEqual(deleting, [])
})
