/** The tree of a trusted CSAF provider as a stranger finds it, judged by the reference validator and GnuPG. CRA P-120, P-125 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { validated } from '../../../vulnerability/test/csaf-validator.ts'
import { AdvisorySite, PUBLISHER, WRITTEN } from '../support/advisory-site.ts'
import { PRODUCT } from '../support/desk.ts'

const run = promisify(execFile)
const BASE = PUBLISHER.publicUrl
const CSAF = `${BASE}/.well-known/csaf/`
const WEAKNESS = 'CWE-78'

/** A GnuPG that knows these keys alone. */
async function gnuPg(t: TestContext, keys: readonly string[]) {
  const home = await mkdtemp(join(tmpdir(), 'gpg-'))
  t.after(async () => {
    await run('gpgconf', ['--homedir', home, '--kill', 'all'])
    await rm(home, { recursive: true, force: true })
  })
  const gpg = (...words: readonly string[]) =>
    run('gpg', [
      '--homedir',
      home,
      '--batch',
      '--no-auto-key-retrieve',
      '--status-fd',
      '1',
      ...words,
    ])
  const put = async (name: string, text: string) => {
    await writeFile(join(home, name), text)
    return join(home, name)
  }
  for (const [index, key] of keys.entries()) await gpg('--import', await put(`${index}.key`, key))
  return {
    verifies: async (signature: string, signed?: string): Promise<string> => {
      const files = [await put('signature', signature)]
      if (signed !== undefined) files.push(await put('signed', signed))
      const { stdout } = await gpg('--verify', ...files)
      return /\[GNUPG:\] VALIDSIG ([0-9A-F]{40})/.exec(stdout)?.[1] ?? ''
    },
  }
}

/** Reads an address of the tree as whoever is given it. */
async function at(site: AdvisorySite, url: string) {
  assert.ok(url.startsWith(`${BASE}/`), url)
  return site.read(url.slice(BASE.length))
}

interface Link {
  readonly rel: string
  readonly href: string
}

/** Follows everything from provider-metadata.json on; throws where two things disagree. The documents by their URL. */
async function walk(t: TestContext, site: AdvisorySite) {
  const provider = JSON.parse((await at(site, `${CSAF}provider-metadata.json`)).text)
  assert.equal(provider.role, 'csaf_trusted_provider')
  assert.equal(provider.canonical_url, `${CSAF}provider-metadata.json`)
  const keys: string[] = []
  for (const { url, fingerprint } of provider.public_openpgp_keys) {
    const key = await at(site, url)
    assert.equal(key.headers['content-type'], 'application/pgp-keys')
    assert.ok(url.includes(fingerprint))
    keys.push(key.text)
  }
  const gpg = await gnuPg(t, keys)
  const [{ directory_url: folder }, { rolie }] = provider.distributions
  const feed = JSON.parse((await at(site, rolie.feeds[0].url)).text).feed
  const service = JSON.parse((await at(site, rolie.services[0])).text).service
  assert.equal(service.workspace[0].collection[0].href, rolie.feeds[0].url)
  const index = (await at(site, `${folder}index.txt`)).text.trimEnd().split('\n')
  const changes = (await at(site, `${folder}changes.csv`)).text
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(1, -1).split('","'))
  const documents = new Map<string, { readonly text: string }>()
  for (const { content, link, id, title, updated, published } of feed.entry) {
    const { text } = await at(site, content.src)
    documents.set(content.src, { text })
    const document = JSON.parse(text)
    const { isValid, errors } = await validated(document)
    assert.deepEqual([isValid, errors], [true, []])
    const { tracking } = document.document
    assert.deepEqual(
      [id, title, updated, published],
      [
        ...[tracking.id, document.document.title],
        ...[tracking.current_release_date, tracking.initial_release_date],
      ],
    )
    const self = document.document.references.find(
      (one: { url: string }) => one.url === content.src,
    )
    assert.equal(self?.category, 'self')
    const beside = (suffix: string) =>
      at(site, link.find(({ href }: Link) => href === `${content.src}${suffix}`)?.href ?? suffix)
    for (const algorithm of ['sha256', 'sha512']) {
      const [hash, name] = (await beside(`.${algorithm}`)).text.trimEnd().split('  ')
      assert.equal(hash, createHash(algorithm).update(text).digest('hex'))
      assert.equal(name, content.src.split('/').at(-1))
    }
    const signer = await gpg.verifies((await beside('.asc')).text, text)
    assert.ok(
      provider.public_openpgp_keys.some(
        (one: { fingerprint: string }) => one.fingerprint === signer,
      ),
    )
    const file = content.src.slice(folder.length)
    assert.ok(index.includes(file))
    assert.deepEqual(
      changes.filter(([name]) => name === file),
      [[file, updated]],
    )
    const [year = ''] = file.split('/')
    assert.ok(tracking.initial_release_date.startsWith(year), 'the folder is of the first year')
    assert.match((await at(site, `${folder}${year}/`)).text, new RegExp(`href="${file.slice(5)}"`))
  }
  assert.equal(index.length, documents.size)
  assert.equal(changes.length, documents.size)
  const times = changes.map(([, time = '']) => time)
  assert.deepEqual(times, times.toSorted().toReversed(), 'the newest first')
  return { documents, gpg, provider, feed }
}

test('everything from provider metadata on is valid, agrees, and verifies with GnuPG, also after a rotation', async (t) => {
  const site = await AdvisorySite.open(t)
  assert.equal((await site.stranger().get('/.well-known/csaf/provider-metadata.json')).status, 404)
  await site.release('1.4.2')
  await site.release('1.4.3')
  const { id } = await site.written()
  const { body } = await site.call('GET', `/${id}`)
  const [hole] = body.content.vulnerabilities
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H'
  await site.edit(id, { vulnerabilities: [{ ...hole, weakness: WEAKNESS, vector }] })
  await site.published(id)
  const [finding] = (await site.server.of('GET', '/findings')).body
  const decided = await site.officer.call(
    ...(['POST', `/products/${PRODUCT}/findings/${finding.id}/decide`] as const),
    ...([{ status: 'affected', action: 'Install 1.4.3.' }, { 'if-match': '*' }] as const),
  )
  assert.equal(decided.status, 200, JSON.stringify(decided.body))
  const vex = await site.officer.call('POST', `/products/${PRODUCT}/vex/publish`, {})
  assert.equal(vex.status, 200, JSON.stringify(vex.body))

  const { documents, gpg, provider } = await walk(t, site)
  assert.equal(documents.size, 2)
  for (const { text } of documents.values()) {
    const { warnings, infos } = await validated(JSON.parse(text))
    // A VEX document gives no scores and no weakness: the advisory does.
    const expected = text.includes('"csaf_vex"')
      ? ['optionalTest_6_2_3', 'informativeTest_6_3_4']
      : []
    const said = [...warnings, ...infos].map((line) => line.split(':', 1)[0])
    assert.deepEqual([...new Set(said)], expected)
  }

  const security = await site.read('/.well-known/security.txt')
  assert.equal(await gpg.verifies(security.text), provider.public_openpgp_keys[0].fingerprint)
  assert.match(security.text, new RegExp(`^CSAF: ${CSAF}provider-metadata.json\r?$`, 'm'))

  const before = [...documents].map(([url, { text }]) => [url, text])
  const rotate = (stolen: boolean) =>
    site.server.call('POST', '/keys/advisories/rotate', { stolen })
  assert.equal((await rotate(false)).body.advisories.length, 2)
  const rotated = await walk(t, site)
  assert.equal(rotated.provider.public_openpgp_keys.length, 2)
  assert.deepEqual(
    [...rotated.documents].map(([url, { text }]) => [url, text]),
    before,
    'a key changes no document',
  )
  assert.equal((await rotate(true)).body.advisories.length, 1)
  const afterTheft = await walk(t, site)
  const listed = provider.public_openpgp_keys[0].fingerprint
  assert.ok(!JSON.stringify(afterTheft.provider).includes(listed))
  assert.equal((await site.stranger().get(`/.well-known/csaf/openpgp/${listed}.asc`)).status, 404)
})

test('files say what they are, are not sent again to who has them, and answer HEAD', async (t) => {
  const site = await AdvisorySite.open(t)
  await site.release('1.4.2')
  await site.release('1.4.3')
  const { id } = await site.written()
  await site.published(id)
  const folder = `/.well-known/csaf/white/${id.split('-').at(-2)}/`
  const file = `${folder}${id.toLowerCase()}.json`
  for (const [path, type] of [
    [file, 'application/json'],
    [`${file}.asc`, 'application/pgp-signature'],
    [`${file}.sha256`, 'text/plain; charset=utf-8'],
    ['/.well-known/csaf/white/changes.csv', 'text/csv; charset=utf-8'],
    [folder, 'text/html; charset=utf-8'],
    ['/advisories/atom.xml', 'application/atom+xml; charset=utf-8'],
  ] as const) {
    const { headers } = await site.read(path)
    assert.equal(headers['content-type'], type)
    const again = await site.stranger({ 'if-none-match': String(headers.etag) }).get(path)
    assert.deepEqual([again.status, again.text], [304, ''], path)
  }
  for (const path of ['/.well-known/csaf/white/2020/', `${file}.md5`, `${folder}x.json`]) {
    assert.equal((await site.stranger().get(path)).status, 404, path)
  }
  assert.match((await site.read('/advisories')).text, new RegExp(WRITTEN.title))
})
