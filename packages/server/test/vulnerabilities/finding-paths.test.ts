/** Why a component is in a release, over the API. CRA P-108 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AdvisorySite } from '../support/advisory-site.ts'

test('the way to a component is told of every release that the finding is in, and of no other', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  await site.release('1.4.3')
  const finding = await site.finding()
  const ask = (query: string) => site.server.of('GET', `/findings/${finding}/paths${query}`)
  const { status, body } = await ask('?release=1.4.2')
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.state, 'read')
  assert.deepEqual(
    body.paths.map(({ ref, steps }: { ref: string; steps: { name: string }[] }) => [
      ...[ref, steps.map(({ name }) => name).join(' > ')],
    ]),
    [['systeminformation', 'lumen > systeminformation']],
  )
  assert.deepEqual((await ask('')).body, body)
  for (const [query, code] of [
    ['?release=1.4.3', 'NO_SUCH_RELEASE'],
    ['?release=9.9.9', 'NO_SUCH_RELEASE'],
    ['?release=1.4.2&refs=other', 'REQUEST_INVALID'],
  ] as const) {
    assert.equal((await ask(query)).body.code, code, query)
  }
})
