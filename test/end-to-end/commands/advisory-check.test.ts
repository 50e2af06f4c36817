/** `fleetward advisories check`: what the server publishes, looked at by a stranger. CRA P-120 */
import assert from 'node:assert/strict'
import { cp, rename, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createMessage, generateKey, sign } from 'openpgp'
import { runHere } from '../../../packages/cli/test/run-here.ts'
import { AdvisorySite } from '../../../packages/server/test/support/advisory-site.ts'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { TestAuthority } from '../../support/test-certificates.ts'
import { CommandLine, tokenOf } from '../support/command-line.ts'

const METADATA = '/.well-known/csaf/provider-metadata.json'

const ended = endings()
let site: AdvisorySite
let commandLine: CommandLine
/** The document's path below the public address. */
let document: string
let original: string
let proxy: string
/** What stands between the server and the stranger. */
const forged = new Map<
  string,
  { readonly status?: number; readonly body: string; readonly to?: string }
>()

before(async () => {
  commandLine = await CommandLine.open(ended)
  site = await AdvisorySite.open(ended)
  await site.release('1.4.2')
  await site.release('1.4.3')
  const { id } = await site.written()
  await site.published(id)
  const [, year] = /-(\d{4})-\d+$/.exec(id) ?? []
  document = `/.well-known/csaf/white/${year}/${id.toLowerCase()}.json`
  original = (await site.read(document)).text
  const server = createServer(async ({ url = '' }, response) => {
    const forgery = forged.get(url)
    if (forgery?.to !== undefined) response.setHeader('location', forgery.to)
    const { status, text } =
      forgery === undefined
        ? await site.stranger().get(url)
        : { status: forgery.status ?? 200, text: forgery.body }
    response.writeHead(status).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ended.after(() => server.close())
  proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await commandLine.face(site.server, await tokenOf(site.server, site.officer.account))
  const exported = await commandLine.run(['advisories', 'export', '@site'])
  assert.equal(exported.exitCode, 0, exported.said)
})
after(() => ended.endAll())

/** As a stranger: with no server and no token. */
const run = (...words: readonly string[]) => runHere(words, { now: () => site.server.clock.now() })

const check = (...words: readonly string[]) => run('advisories', 'check', ...words)

/** The tree with this in it; exit code and lines. */
async function checkedWith(
  path: string,
  body: string,
  more: { status?: number; to?: string } = {},
  ...options: readonly string[]
) {
  forged.set(path, { body, ...more })
  try {
    const { exitCode, out } = await check(...options, proxy + METADATA)
    return { exitCode, out }
  } finally {
    forged.clear()
  }
}

async function signedBySomebody(text: string): Promise<string> {
  const date = site.server.clock.now()
  const { privateKey } = await generateKey({
    ...{ type: 'ecc', curve: 'ed25519Legacy', format: 'object', date },
    userIDs: [{ name: 'Somebody' }],
  })
  const message = await createMessage({ binary: new TextEncoder().encode(text) })
  return sign({ message, signingKeys: privateKey, detached: true, date })
}

test('what the server publishes is good to a stranger, over the network and as the exported folder', async () => {
  for (const place of [proxy + METADATA, commandLine.at('site')]) {
    const { exitCode, out } = await check(place)
    assert.equal(exitCode, 0, out)
    assert.match(out, /good {5}https:\/\/updates\.lumen\.example\/\.well-known\/csaf\/white\//)
    assert.match(
      out,
      /1 documents, all listed and valid; all hashed, all signed by [0-9A-F]{40,64} \(csaf_trusted_provider\)/,
    )
  }
  const { out } = await run('--json', 'advisories', 'check', commandLine.at('site'))
  const { problemCount, problems, documents } = JSON.parse(out)
  assert.deepEqual([problemCount, problems, documents.length], [0, [], 1])
})

test('of a place that somebody took over nothing is believed but what the known key signed', async () => {
  const { out: said } = await run('--json', 'advisories', 'check', commandLine.at('site'))
  const [known = ''] = JSON.parse(said).fingerprints
  const right = await run('advisories', 'check', '--key', known, commandLine.at('site'))
  assert.equal(right.exitCode, 0, right.out)
  const other = await run('advisories', 'check', '--key', '0'.repeat(40), commandLine.at('site'))
  assert.equal(other.exitCode, 1)
  assert.match(other.out, /names no key 0{40}/)
  assert.match(other.out, /its \.asc is of no key that is trusted here/)

  const { text } = await site.read('/.well-known/csaf/provider-metadata.json')
  const humble = text.replace('csaf_trusted_provider', 'csaf_provider')
  const taken = await checkedWith(
    '/.well-known/csaf/provider-metadata.json',
    humble,
    {},
    '--key',
    known,
  )
  assert.equal(taken.exitCode, 1)
  assert.match(taken.out, /is of a csaf_provider, which has to sign nothing/)
  const quiet = await checkedWith(`${document}.asc`, '', { status: 404 })
  assert.doesNotMatch(quiet.out, /all signed/)
})

test('a document that was changed fits neither its hashes nor its signature', async () => {
  const { exitCode, out } = await checkedWith(
    document,
    original.replace('Install 1.4.3', 'Install 1.4.1'),
  )
  assert.equal(exitCode, 1)
  for (const said of [/is not what its \.sha256 says/, /is not what its \.sha512 says/]) {
    assert.match(out, said)
  }
  assert.match(out, /its \.asc is of no key that is trusted here/)
  assert.match(out, /1 documents, 1 of them with problems; 3 problems in all/)
})

test('a hash of something else, and the name of another file beside it, are told', async () => {
  const wrong = await checkedWith(`${document}.sha256`, `${'0'.repeat(64)}  x.json\n`)
  assert.equal(wrong.exitCode, 1)
  assert.match(wrong.out, /is not what its \.sha256 says/)
  const { text } = await site.read(`${document}.sha512`)
  const renamed = await checkedWith(`${document}.sha512`, text.replace(/ \S+\n/, ' other.json\n'))
  assert.match(renamed.out, /its \.sha512 names another file/)
})

test('a signature by another key is told, also one of the very document', async () => {
  const { exitCode, out } = await checkedWith(`${document}.asc`, await signedBySomebody(original))
  assert.equal(exitCode, 1)
  assert.match(out, /its \.asc is of no key that is trusted here/)
  const noise = await checkedWith(`${document}.asc`, 'signed, believe me')
  assert.match(noise.out, /its \.asc is no armored OpenPGP signature/)
})

for (const [what, suffix, said] of [
  ['the document', '', /is not there/],
  ['a hash that the feed names', '.sha512', /the feed names \.sha512: not there/],
  ['the signature', '.asc', /has no signature beside it/],
] as const) {
  test(`${what} that is missing is told`, async () => {
    const { exitCode, out } = await checkedWith(document + suffix, '', { status: 404 })
    assert.equal(exitCode, 1)
    assert.match(out, said)
  })
}

test('lists that disagree, and files that only a few find, are told', async () => {
  const index = '/.well-known/csaf/white/index.txt'
  const empty = await checkedWith(index, '')
  assert.match(empty.out, /is not in index\.txt/)
  const escaping = await checkedWith(index, '../../../../etc/passwd\n')
  assert.match(escaping.out, /index\.txt has 1 lines that name no document/)
  const changes = '/.well-known/csaf/white/changes.csv'
  const { text } = await site.read(changes)
  const old = await checkedWith(changes, text.replace(/"\d{4}-[^"]*"$/m, '"2001-01-01T00:00:00Z"'))
  assert.match(old.out, /changes\.csv has another time of its last change/)
  const feed = await checkedWith('/.well-known/csaf/white/csaf-feed-tlp-white.json', '{"feed":{}}')
  assert.match(
    feed.out,
    /csaf-feed-tlp-white\.json is not as its schema has it: feed\.id: expected/,
  )
})

test('a document that breaks the standard is told by the rule, also when it is hashed as it is', async () => {
  const broken = JSON.parse(original)
  delete broken.document.publisher
  broken.document.tracking.version = '7'
  const { out } = await checkedWith(document, JSON.stringify(broken))
  assert.match(out, /schema: must have required property 'publisher'/)
  assert.match(out, /mandatory 6\.1\.16: /)
})

test('the key, the metadata and the way to them are checked', async () => {
  const metadata = JSON.parse((await site.read(METADATA)).text)
  const changed = (change: object) =>
    checkedWith(METADATA, JSON.stringify({ ...metadata, ...change }))
  assert.match((await changed({ role: 'king' })).out, /role: expected csaf_publisher \|/)
  assert.match((await changed({ public_openpgp_keys: [] })).out, /names no OpenPGP key/)
  const [key] = metadata.public_openpgp_keys
  const other = [{ ...key, fingerprint: 'A'.repeat(40) }]
  assert.match((await changed({ public_openpgp_keys: other })).out, /is not the key AAAA/)
  const away = { distributions: [{ directory_url: 'https://elsewhere.example/csaf/' }] }
  const { exitCode, out } = await changed(away)
  assert.equal(exitCode, 1)
  assert.match(out, /elsewhere\.example\/csaf\/index\.txt leads to another place .* not looked at/)
  const moved = await checkedWith(`${document}.asc`, '', { status: 302, to: `${proxy}${document}` })
  assert.match(moved.out, /\.asc is somewhere else \(a redirect\)/)
  assert.match(
    (await checkedWith(METADATA, '', { status: 404 })).out,
    /metadata\.json is not there/,
  )
})

test('a place that is no provider is refused, plain http over the network too, and nobody waits for ever', async () => {
  for (const place of [
    'http://updates.example.com/provider-metadata.json',
    commandLine.at('nothing'),
  ]) {
    assert.equal((await check(place)).exitCode, 2, place)
  }
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  ended.after(() => {
    silent.closeAllConnections()
    silent.close()
  })
  const at = `http://127.0.0.1:${(silent.address() as AddressInfo).port}${METADATA}`
  const { exitCode, said } = await check(at, '--within', '1s')
  assert.equal(exitCode, 1)
  assert.match(said, /was not checked in 1 s/)
})

test('a site is looked at over https by a certificate that is trusted, or by no way', async () => {
  const authority = await TestAuthority.create()
  const { certificate, key } = await authority.server()
  const secure = https.createServer({ cert: certificate, key }, async ({ url = '' }, response) => {
    const { status, text } = await site.stranger().get(url)
    response.writeHead(status).end(text)
  })
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  ended.after(() => secure.close())
  const at = `https://localhost:${(secure.address() as AddressInfo).port}${METADATA}`
  const distrusted = await check(at)
  assert.equal(distrusted.exitCode, 1)
  assert.match(distrusted.out, /cannot be reached: /)
  await writeFile(commandLine.at('ca.pem'), authority.pem)
  const { exitCode, out } = await check(at, '--ca', commandLine.at('ca.pem'))
  assert.equal(exitCode, 0, out)
})

test('of a folder nothing is read but its files: a link that leads elsewhere is told', async () => {
  const copy = commandLine.at('copy')
  await cp(commandLine.at('site'), copy, { recursive: true })
  const away = commandLine.at('away.json')
  await rename(join(copy, document), away)
  await symlink(away, join(copy, document))
  const { exitCode, out } = await check(copy)
  assert.equal(exitCode, 1)
  assert.match(out, /\.json cannot be read: ELOOP/)
})
