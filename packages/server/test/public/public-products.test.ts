/** What strangers are told of products, and what not: start page, downloads, declarations. CRA P-002, P-022, P-025, L-08, L-09 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { startEdge } from '../../src/edge.ts'
import { PRODUCT } from '../support/desk.ts'
import { HOSTILE_NOTES, OTHER, PDF, PublicSite } from '../support/public-site.ts'
import { Stranger } from '../support/stranger.ts'
import { TestServer } from '../support/test-server.ts'
import { wholeFacts } from '../support/whole-facts.ts'

const AT = `/products/${PRODUCT}`
const escaped = (text: string) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')

test('a server on which nothing is published says so, and names no product', async (t) => {
  const server = await TestServer.start(t, { publicDownload: true }, { startEdge })
  await server.product()
  const stranger = new Stranger(server.running?.ports.public ?? 0)
  const { status, text } = await stranger.get('/')
  assert.equal(status, 200)
  assert.match(text, /No product shows its information here yet/)
  assert.equal(text.includes(PRODUCT), false)
  for (const path of ['', '/information', '/downloads', '/downloads/SHA256SUMS', '/declaration']) {
    const answer = await stranger.get(`${AT}${path}`)
    // A short address leads on, whatever product it names.
    assert.equal(answer.status, path === '' ? 308 : 404, path)
  }
  const list = JSON.parse((await stranger.get('/site.json?with=artifacts')).text)
  assert.equal(JSON.stringify(list).includes(PRODUCT), false)
})

test('the start page lists the products that show their information, with the end of support, in no other order than by name', async (t) => {
  const site = await PublicSite.open(t)
  const { text, headers } = await site.read('/')
  const named = [...text.matchAll(/<h2 id="product-\d"><a href="([^"]+)"/g)].map(([, to]) => to)
  assert.deepEqual(named, [`${AT}/information`, `/products/${OTHER}/information`])
  assert.match(text, /<time datetime="2034-12">Security updates until the end of December 2034</)
  assert.equal(text.includes('<b>'), false)
  assert.equal(/script|https:\/\/evil/.test(text), false)
  assert.match(String(headers['content-security-policy']), /^default-src 'none'; style-src 'self';/)

  await site.server.call(
    'POST',
    `/products/${OTHER}/information`,
    { isPublic: false },
    {
      'if-match': '*',
    },
  )
  assert.equal((await site.read('/')).text.includes(OTHER), false)
  const redirect = await site.read('/products')
  assert.deepEqual([redirect.status, redirect.headers.location], [308, '/'])
  site.server.clock.at = new Date('2035-01-02T00:00:00Z')
  assert.match((await site.read('/')).text, /Security updates ended at the end of December 2034/)
})

test('downloads name the newest fix first, hold bytes that fit their hashes, and end with a withdrawal', async (t) => {
  const site = await PublicSite.open(t)
  await site.server.publish(site.site.desk, 1, [
    {
      ...{ version: '2.0.0', kind: 'functionality', securityCounter: 3 },
      artifact: new TextEncoder().encode('new functions'),
    },
  ])
  const { text } = await site.read(`${AT}/downloads`)
  const shown = (page: string) =>
    [...page.matchAll(/<h2 id="release-([\d.]+)">/g)].map(([, v]) => v)
  assert.deepEqual(shown(text), ['1.4.3', '2.0.0', '1.4.2'])
  assert.match(text, /1\.4\.3 <span class="tag">Newest security update/)
  assert.match(text, /2\.0\.0 <span class="tag">New functions/)
  assert.match(text, /<a href="\/advisories\/LUMEN-WORKS-2026-0001">/)
  assert.equal(text.includes('/advisories/NOBODY'), false)
  assert.equal(text.includes('CVE-2026-99999'), false, 'a hole that no advisory tells of')
  assert.match(text, /CVE-2021-21315/)
  // What turns the direction of reading is left out, the rest is text.
  const marked = HOSTILE_NOTES.replace('\u202e', '').split('\n')[0] ?? ''
  assert.ok(text.includes(escaped(marked)))
  assert.equal(text.includes(marked), false)

  const sums = (await site.read(`${AT}/downloads/SHA256SUMS`)).text
  const lines = sums.trimEnd().split('\n')
  assert.equal(lines.length, 3)
  const links = [...text.matchAll(/href="(\/tuf\/[^"]+)" download="([^"]+)"/g)]
  assert.equal(links.length, 3)
  for (const [, path = '', name = ''] of links) {
    const file = await site.read(path)
    assert.equal(file.status, 200)
    const sha256 = createHash('sha256').update(file.text).digest('hex')
    assert.ok(lines.includes(`${sha256}  ${name}`), name)
    assert.ok(text.includes(`<code class="break">${sha256}</code>`))
    assert.match(String(file.headers['accept-ranges']), /bytes/)
  }
  const gone = await site.server.of('POST', '/releases/1.4.3/withdraw', {})
  assert.ok(gone.status < 300, JSON.stringify(gone.body))
  const after = await site.read(`${AT}/downloads`)
  assert.deepEqual(shown(after.text), ['1.4.2', '2.0.0'])
  assert.equal((await site.read(`${AT}/downloads/SHA256SUMS`)).text.includes('1.4.3'), false)
})

test('what only some devices are entitled to is on no page, what mends security is', async (t) => {
  const site = await PublicSite.open(t)
  await site.server.publish(site.site.desk, 1, [
    {
      ...{ version: '2.0.0', kind: 'functionality', securityCounter: 3 },
      artifact: new TextEncoder().encode('paid functions'),
    },
  ])
  const path = `${AT}/releases/2.0.0/entitlement`
  const set = await site.server.call('POST', path, { entitlement: 'pro' }, { 'if-match': '*' })
  assert.ok(set.status < 300, JSON.stringify(set.body))
  const { text } = await site.read(`${AT}/downloads`)
  assert.equal(text.includes('2.0.0'), false)
  assert.equal(text.includes('1.4.3'), true)
  assert.equal((await site.read(`${AT}/downloads/SHA256SUMS`)).text.includes('2.0.0'), false)
  assert.equal((await site.read('/site.json?with=artifacts')).text.includes('2.0.0'), false)
})

test('where files are not for everybody the page says how updates come, and there are no hashes', async (t) => {
  const site = await PublicSite.open(t, { publicDownload: false })
  const { status, text } = await site.read(`${AT}/downloads`)
  assert.equal(status, 200)
  assert.match(text, /The device fetches them by itself/)
  assert.match(text, /https:\/\/lumen\.example\/updates/)
  assert.equal(text.includes('1.4.3'), false)
  assert.equal((await site.read(`${AT}/downloads/SHA256SUMS`)).status, 404)
  assert.equal((await site.read('/site.json')).text.includes('SHA256SUMS'), false)
})

test('who reads German or French reads the declaration so, and the signed text beside it', async (t) => {
  const site = await PublicSite.open(t)
  await site.done(site.declare({ isPublic: true }))
  const { text: german } = await site.read(`${AT}/declaration?lang=de`)
  const [translation = '', original = ''] = german.split('id="original"')
  assert.match(translation, /lang="de" aria-labelledby="annex-5"/)
  assert.match(
    translation,
    /Unterschrieben wurde der englische Text, der unten steht; er entscheidet/,
  )
  assert.match(translation, /entspricht: Verordnung \(EU\) 2024\/2847\./)
  assert.match(translation, /LG-G1 with firmware 1\.4/)
  assert.match(translation, /<section[^>]+lang="en" aria-labelledby="original">\s*<h2 $/)
  assert.match(original, /under the sole responsibility of the manufacturer/)
  assert.match(original, /<blockquote lang="de">Hiermit erklärt Lumen GmbH/)
  const { text: french } = await site.read(`${AT}/declaration?lang=fr`)
  assert.match(french, /sous la seule responsabilité du fabricant/)
  assert.match(french, /under the sole responsibility of the manufacturer/)
  // What is signed later with other facts does not change what this one said.
  await site.show(PRODUCT, { ...wholeFacts(), name: 'Another name' })
  const { text: later } = await site.read(`${AT}/declaration?lang=de`)
  assert.equal(later.split('id="original"')[0]?.includes('<p class="said-text">Another'), false)
  const { text: english } = await site.read(`${AT}/declaration?lang=en`)
  assert.equal(english.includes('id="original"'), false)
})

test('a declaration is public when somebody releases it, and that very one, as page, text and PDF', async (t) => {
  const site = await PublicSite.open(t)
  const statusOf = async (path: string) => (await site.read(`${AT}/declaration${path}`)).status
  assert.deepEqual(
    [await statusOf(''), await statusOf('.txt'), await statusOf('.pdf')],
    [404, 404, 404],
  )
  const never = await site.declare({ isPublic: true, number: 2 })
  assert.deepEqual([never.status, never.body.code], [409, 'DECLARATION_NOT_SIGNED'])
  assert.equal((await site.declare({ isPublic: true }, { 'if-match': '"7"' })).status, 412)
  const released = await site.declare({ isPublic: true })
  assert.deepEqual([released.status, released.body.number], [200, 1])
  assert.equal(released.body.address, `https://updates.lumen.example${AT}/declaration`)
  const { text } = await site.read(`${AT}/declaration`)
  assert.match(text, /under the sole responsibility of the manufacturer/)
  assert.match(text, /A\. Licht[\s\S]*managing director[\s\S]*Berlin[\s\S]*20 November 2026/)
  assert.match(text, /internet address: https:\/\/lumen\.example\/declaration</)
  assert.equal(await statusOf('.pdf'), 404)
  const { text: words } = await site.read(`${AT}/declaration.txt`)
  assert.match(words, /^1\. .+\n {3}Lumen <b>Gateway<\/b>/m)

  // What is signed later is not public before somebody says so.
  await site.sign(PDF)
  assert.match((await site.read(`${AT}/declaration`)).text, /<dt>Number<\/dt><dd>1<\/dd>/)
  await site.done(site.declare({ isPublic: true }))
  assert.match((await site.read(`${AT}/declaration`)).text, /<dt>Number<\/dt><dd>2<\/dd>/)
  const pdf = await site.read(`${AT}/declaration.pdf`)
  assert.deepEqual([pdf.status, pdf.text], [200, PDF.toString()])
  assert.equal(pdf.headers['content-type'], 'application/octet-stream')

  await site.done(site.declare({ isPublic: false }))
  assert.deepEqual([await statusOf(''), await statusOf('.pdf')], [404, 404])
  await site.done(site.declare({ isPublic: true, number: 1 }))
  await site.server.call('POST', `${AT}/information`, { isPublic: false }, { 'if-match': '*' })
  assert.equal(await statusOf(''), 404)
  const alone = await site.declare({ isPublic: true })
  assert.deepEqual([alone.status, alone.body.code], [409, 'PRODUCT_NOT_PUBLIC'])
})

test('the list of the site names no address that a stranger does not get, each file once', async (t) => {
  const site = await PublicSite.open(t)
  await site.sign(PDF)
  await site.done(site.declare({ isPublic: true }))
  const list = JSON.parse((await site.read('/site.json?with=artifacts')).text)
  const { files } = list as { files: { path: string; file: string }[] }
  assert.ok(files.length > 40, String(files.length))
  assert.equal(new Set(files.map(({ file }) => file)).size, files.length)
  for (const { path } of files) assert.equal((await site.read(path)).status, 200, path)
  assert.equal(list.publicUrl, 'https://updates.lumen.example')
  const again = JSON.parse((await site.read('/site.json?with=artifacts')).text)
  assert.equal(again.state, list.state)
  await site.done(site.declare({ isPublic: false }))
  const changed = JSON.parse((await site.read('/site.json?with=artifacts')).text)
  assert.notEqual(changed.state, list.state)
})
