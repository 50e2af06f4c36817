/** What the house says of itself to the public: security.txt, policy, pages, and the settings of them. CRA P-122, P-125 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CONTACT, DAY_MS, KEY, REPORT, Site } from '../support/disclosure-site.ts'
import { signedIn } from '../support/people.ts'
import { readSecurityText } from '../support/security-text-parser.ts'

test('until somebody says where reports go, nothing is promised, and the answer says what to do', async (t) => {
  const site = await Site.open(t, {})
  const stranger = site.stranger()
  const file = await stranger.get('/.well-known/security.txt')
  assert.equal(file.status, 404)
  assert.equal(JSON.parse(file.text).code, 'DISCLOSURE_NOT_SET_UP')
  assert.match(file.text, /fleetward disclosure contact/)
  for (const path of ['/security/', '/security/report', '/security/report/follow']) {
    const page = await stranger.get(path)
    assert.equal(page.status, 404, path)
    assert.match(page.text, /DISCLOSURE_NOT_SET_UP/)
  }
  assert.equal((await stranger.post('/security/report', REPORT)).status, 404)
  const { body } = await site.officer.call('GET', '/disclosure/settings')
  assert.deepEqual([body.isSetUp, body.securityText, body.revision], [false, undefined, 0])
})

test('security.txt is what RFC 9116 asks for, and moves its end on by itself', async (t) => {
  const site = await Site.open(t, {
    contacts: [CONTACT, 'https://example.com/security'],
    ...{ publicUrl: 'https://updates.example.com', languages: ['en', 'de'], publicKey: KEY },
  })
  const read = async () => {
    const { status, headers, text } = await site.stranger().get('/.well-known/security.txt')
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
    return readSecurityText(text, site.server.clock.at)
  }
  const fields = await read()
  assert.deepEqual(Object.fromEntries([...fields].filter(([name]) => name !== 'expires')), {
    contact: [
      ...[CONTACT, 'https://example.com/security'],
      'https://updates.example.com/security/report',
    ],
    encryption: ['https://updates.example.com/security/key.asc'],
    'preferred-languages': ['en, de'],
    canonical: ['https://updates.example.com/.well-known/security.txt'],
    policy: ['https://updates.example.com/security/'],
  })
  const key = await site.stranger().get('/security/key.asc')
  assert.deepEqual([key.status, key.text], [200, KEY])

  for (let day = 0; day < 400; day += 20) {
    site.later(20 * DAY_MS)
    await site.server.keepBooks()
    // The reader fails when it is over, or ends in more than a year.
    const left =
      Date.parse((await read()).get('expires')?.[0] ?? '') - site.server.clock.at.getTime()
    assert.ok(left >= 40 * DAY_MS, `${left / DAY_MS} days left`)
  }
})

test('what somebody set elsewhere stands in security.txt in place of ours', async (t) => {
  const site = await Site.open(t, {
    ...{ contacts: [CONTACT], policyUrl: 'https://example.com/policy' },
    encryptionUrl: 'openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f',
    acknowledgmentsUrl: 'https://example.com/thanks',
  })
  const { text } = await site.stranger().get('/.well-known/security.txt')
  const fields = readSecurityText(text, site.server.clock.at)
  assert.deepEqual(fields.get('policy'), ['https://example.com/policy'])
  assert.deepEqual(fields.get('acknowledgments'), ['https://example.com/thanks'])
  assert.match(fields.get('encryption')?.[0] ?? '', /^openpgp4fpr:/)
  assert.match(fields.get('canonical')?.[0] ?? '', /^https:\/\/updates\.example\.com:\d+\/\.well/)
})

const badSettings: [what: string, settings: object][] = [
  ['a contact that is no URI', { contacts: ['security@example.com'] }],
  ['a contact without TLS', { contacts: ['http://example.com/'] }],
  ['a script as contact', { contacts: ['javascript:alert(1)'] }],
  ['a second field in a contact', { contacts: ['mailto:a@example.com\nExpires: 2099-01-01'] }],
  ['a password in an address', { policyUrl: 'https://user:secret@example.com/' }],
  ['a path behind the origin', { publicUrl: 'https://example.com/fleet' }],
  ['a language that is none', { languages: ['english please'] }],
  ['a private key', { publicKey: KEY.replaceAll('PUBLIC', 'PRIVATE') }],
  [
    'a private key between two public ones',
    { publicKey: KEY + KEY.replaceAll('PUBLIC', 'PRIVATE') + KEY },
  ],
  ['markup for a key', { publicKey: '<script>' }],
  ['two lines for a name', { organisation: 'a\nb' }],
  ['no time at all', { acknowledgeHours: 0 }],
  ['more than a promise', { assessHours: 2_161 }],
  ['an assessment before the acknowledgement', { acknowledgeHours: 48, assessHours: 47 }],
  ['one that comes before what is kept', { assessHours: 24 }],
]
test('settings that would break the file or mislead reporters are refused', async (t) => {
  const site = await Site.open(t)
  for (const [what, settings] of badSettings) {
    const { status, body } = await site.server.call('PATCH', '/disclosure/settings', settings)
    assert.deepEqual([status, body.code], [400, 'REQUEST_INVALID'], what)
  }
  const { body } = await site.officer.call('GET', '/disclosure/settings')
  assert.deepEqual([body.contacts, body.revision], [[CONTACT], 1])
})

test('who changes the contact needs a fresh proof and the revision he saw', async (t) => {
  const site = await Site.open(t)
  const stale = await signedIn(site.server, [{ role: 'securityOfficer', product: '*' }], {
    provedAgo: 3_600,
  })
  const change = { bounty: true }
  const ifMatch = { 'if-match': '"1"' }
  const unproved = await stale.call('PATCH', '/disclosure/settings', change, ifMatch)
  assert.deepEqual([unproved.status, unproved.body.code], [403, 'STEP_UP_REQUIRED'])
  const blind = await site.officer.call('PATCH', '/disclosure/settings', change)
  assert.deepEqual([blind.status, blind.body.code], [428, 'IF_MATCH_MISSING'])
  const seen = await site.officer.call('PATCH', '/disclosure/settings', change, ifMatch)
  assert.equal(seen.status, 200)
  const late = await site.officer.call('PATCH', '/disclosure/settings', change, ifMatch)
  assert.deepEqual([late.status, late.body.code], [412, 'REVISION_CHANGED'])
})

test('the public pages have no script, say who they are for, and lead to each other in three languages', async (t) => {
  const site = await Site.open(t, {
    ...{ contacts: [CONTACT], organisation: 'Lumen <b>Works</b> & "Sons"', publicKey: KEY },
    acknowledgeHours: 120,
  })
  for (const [language, words] of [
    ['en', 'Coordinated vulnerability disclosure'],
    ['de', 'Koordinierte Offenlegung'],
    ['fr', 'Divulgation coordonnée'],
  ] as const) {
    const { status, headers, text } = await site
      .stranger({ 'accept-language': language })
      .get('/security/')
    assert.equal(status, 200)
    assert.ok(text.includes(words), language)
    assert.ok(text.includes(`<html lang="${language}">`))
    assert.ok(text.includes('Lumen &lt;b&gt;Works&lt;/b&gt; &amp; &quot;Sons&quot;'))
    assert.doesNotMatch(text, /<script|<b>| style=|\{\w+\}/)
    assert.match(text, /href="mailto:security@example\.com"/)
    assert.match(text, /href="\/security\/key\.asc"/)
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; style-src 'self'/,
    )
    assert.equal(headers['set-cookie'], undefined)
    assert.equal(headers['cache-control'], 'no-store')
  }
  const chosen = await site.stranger({ 'accept-language': 'en' }).get('/security/?lang=fr')
  assert.match(chosen.text, /<html lang="fr">/)
  assert.match(chosen.text, /href="\/security\/report\?lang=fr"/)
  assert.equal((await site.stranger().get('/security')).headers.location, '/security/')
  // Each link of our own leads somewhere.
  const { text } = await site.stranger().get('/security/')
  const links = new Set([...text.matchAll(/href="(\/[^"]*)"/g)].map(([, path = '']) => path))
  assert.ok(links.size >= 8)
  for (const path of links) assert.equal((await site.stranger().get(path)).status, 200, path)
})
