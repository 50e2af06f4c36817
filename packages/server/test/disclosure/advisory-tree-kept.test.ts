/** What the public reads of advisories is made once for every revision of it, and never shown when it is not that any more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeptTree, StandingTree } from '../../src/advisories/kept-tree.ts'
import { OpenPgpKeys } from '../../src/advisories/openpgp-keys.ts'
import { AdvisorySite, PUBLISHER } from '../support/advisory-site.ts'
import { PRODUCT } from '../support/desk.ts'
import { storesOf } from '../support/people.ts'
import { wholeFacts } from '../support/whole-facts.ts'

const FEED = '/.well-known/csaf/white/csaf-feed-tlp-white.json'
const PROVIDER = '/.well-known/csaf/provider-metadata.json'

test('a second request renders nothing again, and whatever changes the tree shows at once', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  await site.release('1.4.3')
  const { id } = await site.written()
  const idle = await site.read('/advisories')
  assert.ok(!idle.text.includes(id))
  await site.published(id)

  const database = storesOf(site.server)
  // Nobody signs here.
  const keys = new OpenPgpKeys({} as never)
  const kept = new KeptTree({ database, keys, base: () => PUBLISHER.publicUrl })
  const now = async () => {
    const standing = await kept.now()
    assert.ok(standing)
    return standing
  }
  const first = await now()
  const [one, two] = await Promise.all([now(), now()])
  assert.ok(first === one && one === two)
  let made = 0
  const make = () => {
    made += 1
    return { type: 'text/plain', text: 'x' }
  }
  assert.equal(first.rendered('x', make), (await now()).rendered('x', make))
  assert.equal(made, 1)

  /** Shows at once, on a server that has shown the tree before. */
  const shows = async (path: string, what: string, change: () => Promise<unknown>) => {
    const before = await now()
    assert.ok(!(await site.read(path)).text.includes(what), `${what} is not there before`)
    await change()
    assert.ok((await site.read(path)).text.includes(what), what)
    assert.ok((await now()) !== before, what)
  }
  const { body: other } = await site.call('POST', '', {
    ...{ title: 'Another hole', summary: 'It is bad.', action: 'Wait.' },
    vulnerabilities: [{ name: 'LUMEN-1', description: 'Bad.', affected: ['1.4.2'] }],
  })
  await shows(FEED, other.id, () => site.published(other.id, { withoutFixBecause: 'It is used.' }))
  await shows(`/advisories/${id}`, 'It was wrong', () =>
    site.act(id, 'withdraw', { reason: 'It was wrong' }),
  )
  await shows(PROVIDER, 'Lumen Light', () =>
    site.server.call('PATCH', '/disclosure/settings', { organisation: 'Lumen Light' }),
  )
  const [{ id: key } = { id: '' }] = await keys.publicKeys(database)
  await site.server.call('POST', '/keys/advisories/rotate', { stolen: false })
  const [, next] = await keys.publicKeys(database)
  assert.ok(next && next.id !== key)
  assert.ok((await site.read(PROVIDER)).text.includes(next.id))
  await site.server.call(
    ...(['POST', `/products/${PRODUCT}/facts`] as const),
    ...([{ ...wholeFacts(), name: 'Lumen Gateway Ultra' }, { 'if-match': '"0"' }] as const),
  )
  // A name that is written down is not public before the page is that shows it.
  await shows('/advisories', 'Lumen Gateway Ultra', () =>
    site.server.call(
      ...(['POST', `/products/${PRODUCT}/information`] as const),
      ...([{ isPublic: true, language: 'en' }, { 'if-match': '*' }] as const),
    ),
  )
})

test('pages are kept by what they are made of: language, and whether it was chosen', async (t) => {
  const site = await AdvisorySite.open(t)
  const german = await site.stranger({ 'accept-language': 'de' }).get('/advisories')
  const french = await site.read('/advisories?lang=fr')
  assert.match(german.text, /<html lang="de"/)
  assert.match(french.text, /<html lang="fr"/)
  const chosen = await site.read('/advisories?lang=de')
  assert.notEqual(chosen.text, german.text)
  assert.equal((await site.read('/advisories?lang=de&x=1')).text, chosen.text)
})

test('what is rendered is bounded: what nobody asked for longest goes first', () => {
  const site = { settings: {}, base: '', publisher: {} } as never
  const standing = new StandingTree({ site, documents: [], keys: [], productNames: new Map() }, 100)
  const made: string[] = []
  const ask = (name: string, length = 40) =>
    standing.rendered(name, () => {
      made.push(name)
      return { type: 'text/plain', text: 'x'.repeat(length) }
    })
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) ask(name)
  assert.deepEqual(made, ['a', 'b', 'c', 'b'])
  assert.equal(ask('long', 101).body.length, 101)
  ask('long', 101)
  assert.deepEqual(made.slice(4), ['long', 'long'], 'too long to be kept')
})

test('security.txt is signed once, and not for each who asks', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  await site.release('1.4.3')
  await site.published((await site.written()).id)
  const security = async () => (await site.read('/.well-known/security.txt')).text
  const first = await security()
  assert.match(first, /BEGIN PGP SIGNATURE/)
  site.server.clock.at = new Date(site.server.clock.at.getTime() + 60_000)
  assert.equal(await security(), first)
  await site.server.call('PATCH', '/disclosure/settings', {
    contacts: ['mailto:new@lumen.example'],
  })
  assert.match(await security(), /new@lumen\.example/)
  const signed = await security()
  await site.server.call('POST', '/keys/advisories/rotate', { stolen: false })
  assert.notEqual(await security(), signed, 'by the new key')
})
