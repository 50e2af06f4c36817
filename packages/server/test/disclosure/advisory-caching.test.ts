/** What proxies may keep of the advisories: nothing that is not public, and nothing of what is without asking anew. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AdvisorySite } from '../support/advisory-site.ts'

test('a document is asked for anew each time, and nothing is kept of one that is not published', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  const { id } = await site.written()
  const file = `/.well-known/csaf/white/2026/${id.toLowerCase()}.json`
  const hidden = await site.stranger().get(file)
  assert.deepEqual([hidden.status, hidden.headers['cache-control']], [404, 'no-store'])

  await site.release('1.4.3')
  await site.published(id)
  const { headers } = await site.read(file)
  assert.equal(headers['cache-control'], 'no-cache')
  const again = () => site.stranger({ 'if-none-match': String(headers.etag) }).get(file)
  assert.equal((await again()).status, 304)
  assert.equal((await site.act(id, 'withdraw', { reason: 'It was another product.' })).status, 200)
  const withdrawn = await again()
  assert.equal(withdrawn.status, 200)
  assert.match(withdrawn.text, /It was another product\./)
  for (const name of [
    'changes.csv',
    'csaf-feed-tlp-white.json',
    `2026/${id.toLowerCase()}.json.sha256`,
  ]) {
    const beside = await site.read(`/.well-known/csaf/white/${name}`)
    assert.equal(beside.headers['cache-control'], 'no-cache', name)
  }
})
