/** `fleetward disclosure` before a server, from nothing set to a report that is thanked for. CRA P-123 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startEdge } from '../../../packages/server/src/edge.ts'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { signedIn } from '../../../packages/server/test/support/people.ts'
import { Stranger } from '../../../packages/server/test/support/stranger.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { CommandLine, type How, tokenOf } from '../support/command-line.ts'

const KEY =
  '-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\nxjMEZabc+/==\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n'

const ended = endings()
let server: TestServer
let stranger: Stranger
let commandLine: CommandLine

before(async () => {
  commandLine = await CommandLine.open(ended)
  server = await TestServer.start(ended, {}, { startEdge })
  stranger = new Stranger(server.running?.ports.public ?? 0)
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
  await commandLine.face(server, await tokenOf(server, officer.account))
  await commandLine.keep('key.asc', KEY)
  await commandLine.keep('answer.txt', 'Which port?\nAnd which version?\n')
})
after(() => ended.endAll())

const run = (words: readonly string[], how: How = {}) =>
  commandLine.run(['disclosure', ...words], how)

test('before anything is set the command says what to do, and what it is given is public at once', async () => {
  const nothing = await run(['contact'], { json: false })
  assert.match(
    nothing.out,
    /^Nobody outside can report anything yet\.\nacknowledged within 5 days, assessed within 14 days\npublished .*\nNext: fleetward disclosure/,
  )
  const set = await run([
    ...['contact', '--contact', 'security@example.com', '--contact', 'https://example.com/help'],
    ...['--organisation', 'Lumen Works', '--language', 'en', '--language', 'de'],
    ...['--key-file', '@key.asc', '--acknowledge', '3d', '--assess', '240h', '--publish', '60d'],
    ...['--bounty', '--public-url', 'https://updates.example.com'],
  ])
  assert.equal(set.exitCode, 0, set.out)
  const { contacts, acknowledgeHours, assessHours, publishDays, bounty } = set.json
  assert.deepEqual(
    [contacts, acknowledgeHours, assessHours, publishDays, bounty],
    [['mailto:security@example.com', 'https://example.com/help'], 72, 240, 60, true],
  )
  const { text } = await stranger.get('/.well-known/security.txt')
  // Around it is the signature, which advisory-tree.test.ts verifies.
  const [, signed = ''] = /\n\n(.*?)\n-----BEGIN PGP SIGNATURE-----/s.exec(text) ?? []
  assert.equal(signed.replaceAll('\r\n', '\n'), set.json.securityText)
  assert.equal((await stranger.get('/security/key.asc')).text, KEY.replaceAll('\r\n', '\n'))
  const shown = await run(['contact'], { json: false })
  assert.match(shown.out, /^Expires: \d{4}-/m)
  assert.match(
    shown.out,
    /^organisation Lumen Works\ncontacts .*\nacknowledged within 3 days, assessed within 10 days\n/,
  )
  assert.match(
    (await run(['contact', '--acknowledge', '50h'], { json: false })).out,
    /^acknowledged within 50 hours,/m,
  )
  const changed = await run(['contact', '--no-bounty'])
  assert.deepEqual([changed.json.bounty, changed.json.contacts], [false, contacts])
})

test('a report is read, answered, given to somebody, moved to its end and removed', async () => {
  assert.match((await run(['inbox'], { json: false })).out, /There is no report\./)
  const sent = await stranger.post('/security/report', {
    ...{ title: 'Any firmware', text: 'First line\nSecond line', affected: 'Lamp' },
    ...{ version: '1.4.2', reporter: 'Ada', contact: 'ada@example.com' },
  })
  const code = /fwr_[\w-]+/.exec(sent.text)?.[0] ?? ''
  const { json: inbox } = await run(['inbox', '--state', 'received'])
  assert.equal(inbox.reports.length, 1)
  const [{ id }] = inbox.reports
  const shown = await run(['show', id], { json: false })
  assert.match(shown.out, /^ {2}about {8}Lamp 1\.4\.2\n {2}reporter {5}Ada, ada@example\.com$/m)
  assert.match(shown.out, /^ {2}\| First line\n {2}\| Second line$/m)
  assert.match(shown.out, /^ {2}embargo {6}yes$/m)
  const moved = await run(['move', id, 'acknowledged', '--answer', 'Thank you.'])
  assert.deepEqual(moved.json.next, ['confirmed', 'duplicate', 'invalid'])
  assert.equal((await run(['answer', id, '--file', '@answer.txt'])).exitCode, 0)
  assert.equal((await run(['answer', id, 'the UDP one', '--note'])).exitCode, 0)
  const page = (await stranger.post('/security/report/follow', { code })).text
  assert.match(page, /Thank you\.[\s\S]*Which port\?\nAnd which version\?/)
  assert.doesNotMatch(page, /UDP/)
  await stranger.post('/security/report/follow', { code, text: 'It is 4711.' })
  assert.match(
    (await run(['inbox'], { json: false })).out,
    / acknowledged WROTE: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: Any firmware/,
  )
  await run(['answer', id, 'Thank you.'])
  assert.doesNotMatch((await run(['inbox'], { json: false })).out, /WROTE/)
  const assigned = await run(['assign', id, '--no-embargo', '--credit-name', 'Ada L.'])
  assert.deepEqual([assigned.json.isEmbargoed, assigned.json.creditName], [false, 'Ada L.'])
  assert.match((await run(['show', id], { json: false })).out, /^ {2}embargo {6}lifted$/m)
  const early = await run(['remove', id])
  assert.deepEqual([early.exitCode, early.json.error.code], [1, 'REPORT_STATE_REFUSED'])
  await run(['move', id, 'invalid'])
  assert.deepEqual((await run(['remove', id])).json, { removed: id })
  const gone = await run(['show', id])
  assert.deepEqual([gone.exitCode, gone.json.error.code], [1, 'NO_SUCH_REPORT'])
})

test('what was given is taken away again by an empty word', async () => {
  await server.call('POST', '/products', { id: 'lumen-red' })
  await stranger.post('/security/report', { title: 'Of a product', text: 'for a while' })
  const [{ id }] = (await run(['inbox'])).json.reports
  const given = await run(['assign', id, '--product', 'lumen-red'])
  assert.equal(given.json.product, 'lumen-red')
  const taken = await run(['assign', id, '--product', ''])
  assert.deepEqual([taken.exitCode, taken.json.product], [0, undefined])
  const without = await run(['contact', '--key-file', '', '--language', ''])
  assert.deepEqual([without.json.publicKey, without.json.languages], ['', []])
  assert.equal((await stranger.get('/security/key.asc')).status, 404)
  const silent = await run(['contact', '--contact', ''])
  assert.deepEqual([silent.json.contacts, silent.json.isSetUp], [[], false])
  assert.equal((await stranger.get('/security/')).status, 404)
})

const refused: [what: string, words: readonly string[], exitCode: number][] = [
  ['a state that there is not', ['move', '0f3a5c7e9b1d2468', 'solved'], 1],
  ['an id that is none', ['show', '../settings'], 1],
  ['a time in minutes', ['contact', '--acknowledge', '90m'], 2],
  ['a time that is too long', ['contact', '--acknowledge', '91d'], 2],
  ['a time that is too short', ['contact', '--publish', '1d'], 2],
  [
    'an assessment before the confirmation',
    ['contact', '--acknowledge', '5d', '--assess', '4d'],
    1,
  ],
  ['rewards and none', ['contact', '--bounty', '--no-bounty'], 2],
  ['an embargo and none', ['assign', '0f3a5c7e9b1d2468', '--no-embargo', '--embargo'], 2],
  ['somebody and nobody', ['assign', '0f3a5c7e9b1d2468', '--to', 'acc-1', '--nobody'], 2],
  ['nothing to assign', ['assign', '0f3a5c7e9b1d2468'], 2],
  ['a duplicate of nothing', ['move', '0f3a5c7e9b1d2468', 'duplicate'], 2],
  [
    'a repeated report of what is none',
    ['move', '0f3a5c7e9b1d2468', 'invalid', '--duplicate-of', '1a2b3c4d5e6f7081'],
    2,
  ],
  ['no text and no file', ['answer', '0f3a5c7e9b1d2468'], 2],
  ['text and file', ['answer', '0f3a5c7e9b1d2468', 'a', '--file', '@answer.txt'], 2],
  ['a key that is not there', ['contact', '--key-file', '@nothing.asc'], 1],
  ['a token for a key', ['contact', '--key-file', '@token'], 1],
  ['contacts and none', ['contact', '--contact', '', '--contact', 'a@example.com'], 2],
  ['a contact that is none', ['contact', '--contact', 'somebody'], 1],
]
for (const [what, words, exitCode] of refused) {
  test(`refused with a reason: ${what}`, async () => {
    const { exitCode: ended_, json } = await run(words)
    assert.equal(ended_, exitCode, JSON.stringify(json))
    assert.ok(json.error.code.length > 3)
  })
}
