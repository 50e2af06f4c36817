/** What docs/product-facts.md shows can be sent as it stands there, and what the gaps list can be set as it is listed. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assigned, type Facts } from '../packages/cli/src/commands/products/fact-paths.ts'
import type { ProductFacts } from '../packages/server/src/product-facts/facts-schema.ts'
import { factAt, KNOWN } from '../packages/server/src/product-facts/sheets.ts'
import { PRODUCT } from '../packages/server/test/support/desk.ts'
import { endings } from '../packages/server/test/support/edge-under-test.ts'
import { TestServer } from '../packages/server/test/support/test-server.ts'
import { read } from './support/sources.ts'

const [facts = {}, risk = {}] = [
  ...read('docs/product-facts.md').matchAll(/```json\n([\s\S]*?)\n```/g),
].map(([, text = '']) => JSON.parse(text) as Facts)

const UNSEEN = { 'if-match': '"0"' }

const ended = endings()
let server: TestServer

before(async () => {
  server = await TestServer.start(ended)
  const { desk } = await server.product()
  const artifact = new Uint8Array(1000)
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact }])
})
after(() => ended.endAll())

interface Gaps {
  readonly isComplete: boolean
  readonly undecided: readonly string[]
  readonly sheets: readonly { readonly items: readonly { readonly missing: readonly string[] }[] }[]
}

async function gapsOf(product: string): Promise<Gaps & { readonly listed: readonly string[] }> {
  const { status, body } = await server.call('GET', `/products/${product}/facts/gaps`)
  assert.equal(status, 200)
  const gaps = body as Gaps
  const missing = gaps.sheets.flatMap(({ items }) => items.flatMap((item) => item.missing))
  const others: readonly string[] = Object.values(KNOWN)
  const all = [...gaps.undecided, ...missing].filter((what) => !others.includes(what))
  return { ...gaps, listed: [...new Set(all)] }
}

test('nothing is missing of a product with the facts and the risk of the page', async () => {
  const written = await server.call('POST', `/products/${PRODUCT}/facts`, facts, UNSEEN)
  assert.equal(written.status, 200, JSON.stringify(written.body))
  const path = `/products/${PRODUCT}`
  const added = await server.call('POST', `${path}/risks`, { ...risk, id: 'firmware-rollback' })
  assert.equal(added.status, 201, JSON.stringify(added.body))
  const review = { reviewer: 'A. Licht', nextReviewOn: '2027-11-21' }
  await server.call('POST', `${path}/risk-assessments`, review)
  const { isComplete, listed } = await gapsOf(PRODUCT)
  assert.deepEqual([isComplete, listed], [true, []])
})

test('every fact that the gaps list is set by the path that they list', async () => {
  await server.call('POST', '/products', { id: 'other' })
  const { listed } = await gapsOf('other')
  assert.ok(listed.includes('scope.answers.isProduct.answer'))
  assert.ok(listed.length > 40, String(listed.length))
  const given = listed.map((path) => {
    const value = factAt(facts as ProductFacts, path)
    if (value !== undefined) return `${path}=${JSON.stringify(value)}`
    return `notApplicable.${path}=the product has none`
  })
  const set = given
    // Procedure A knows of no notified body, and says so by itself.
    .filter((words) => !words.startsWith('notApplicable.conformity.notifiedBody'))
    .reduce(assigned, {})
  const { status, body } = await server.call('POST', '/products/other/facts', set, UNSEEN)
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual((await gapsOf('other')).listed, [])
})
