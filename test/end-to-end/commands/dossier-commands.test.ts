/**
 * `fleetward dossier` before a server: built with its gaps, signed by a person, completed, fetched and verified without
 * the server; and every way to alter the archive is refused. CRA P-002, P-026, P-134a, P-135, P-140, P-141, P-143, P-144, P-145, P-146
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { generateKey } from '@fleetward/platform'
import { encodeKeySet } from '@fleetward/shared'
import { dossierEntries } from '../../../packages/cli/src/dossier/dossier-zip.ts'
import type { RanHere } from '../../../packages/cli/test/run-here.ts'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { gatewaySbom } from '../../../packages/server/test/support/gateway-sbom.ts'
import { signedIn, storesOf } from '../../../packages/server/test/support/people.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { PASSED, writeEverything } from '../../../packages/server/test/support/whole-product.ts'
import { CommandLine, type How, tokenOf } from '../support/command-line.ts'

const ended = endings()
let server: TestServer
let commandLine: CommandLine
const at = (name: string) => commandLine.at(name)

before(async () => {
  commandLine = await CommandLine.open(ended)
  server = await TestServer.start(ended)
  const { desk } = await server.product()
  // Of the same components: a security release that changes others closes the gate.
  const releases = ['1.4.2', '1.4.3'].map((version, index) => ({
    ...{ version, kind: 'security' as const, securityCounter: index + 1 },
    ...{ artifact: new TextEncoder().encode(version), sbom: gatewaySbom('1.4.2').text },
  }))
  await server.publish(desk, 1, releases)
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
  await commandLine.face(server, await tokenOf(server, officer.account))
})
after(() => ended.endAll())

const run = (words: readonly string[], how: How = {}) => commandLine.run(words, how)
const dossier = (...words: readonly string[]) => run(['dossier', ...words])
const verified = (file: string, key = '@keys.json') =>
  run(['dossier', 'verify', file, '--key', key], { online: false })

test('a dossier with gaps is built, says what is missing, and ends with exit code 1', async () => {
  const built = await dossier('build', PRODUCT, '--out', '@first.zip')
  assert.equal(built.json.state, 'built', JSON.stringify(built.json))
  assert.deepEqual([built.exitCode, built.json.status], [1, 'incomplete'])
  await writeFile(at('keys.json'), JSON.stringify((await run(['audit', 'head'])).json))
  const { exitCode, json } = await verified('@first.zip')
  assert.deepEqual(
    [exitCode, json.status, json.declaration],
    [0, 'incomplete', 'draft'],
    JSON.stringify(json),
  )
  assert.deepEqual(json.gaps, built.json.gaps)
})

const SIGNER = {
  ...{ name: 'A. Licht', function: 'managing director', place: 'Berlin', date: '2026-11-21' },
}
const signing = (read: string) => [
  ...['sign-declaration', PRODUCT, '--read', read],
  ...Object.entries(SIGNER).flatMap(([option, value]) => [`--${option}`, value]),
]

test('nobody signs a declaration with empty items, and nobody another one than he read', async () => {
  const { json: empty } = await dossier('sign-declaration', PRODUCT)
  assert.deepEqual([empty.state, empty.missing.length], ['draft', 7])
  const tooEarly = await dossier(...signing(empty.draft.sha256))
  assert.deepEqual([tooEarly.exitCode, tooEarly.json.error.code], [1, 'DECLARATION_INCOMPLETE'])
  await writeEverything(server, { versions: ['1.4.2', '1.4.3'] })
  const changed = await dossier(...signing(empty.draft.sha256))
  assert.deepEqual([changed.exitCode, changed.json.error.code], [1, 'DECLARATION_CHANGED'])
})

test('with every item filled the signature is missing; signed by a person, nothing', async () => {
  const itemsOf = ({ json }: RanHere) => json.gaps.map(({ item }: { item: string }) => item)
  const unsigned = await dossier('build', PRODUCT)
  assert.deepEqual([unsigned.exitCode, itemsOf(unsigned)], [1, ['V.8']])
  const { json: standing } = await dossier('sign-declaration', PRODUCT)
  const signed = await dossier(...signing(standing.draft.sha256))
  assert.deepEqual([signed.exitCode, signed.json.number, signed.json.signer], [0, 1, SIGNER])
  const built = await dossier('build', PRODUCT, '--out', '@complete.zip')
  assert.deepEqual([built.exitCode, built.json.status, itemsOf(built)], [0, 'complete', []])
  const { json } = await verified('@complete.zip')
  assert.deepEqual([json.status, json.declaration], ['complete', 'signed'])
  assert.ok(json.auditEntries > 5, 'the audit log of the product is in it')
})

test('an archive that was altered, and one whose keys are another server’s, end with exit code 1 and a code', async () => {
  const bytes = await readFile(at('complete.zip'))
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  await writeFile(at('altered.zip'), bytes)
  const altered = await verified('@altered.zip')
  assert.equal(altered.exitCode, 1)
  assert.match(altered.json.error.code, /^DOSSIER_(?:ALTERED|ZIP_REFUSED)$/)
  const { keys } = JSON.parse(await readFile(at('keys.json'), 'utf8'))
  const others = encodeKeySet([generateKey('ed25519').publicKey.bytes])
  await writeFile(at('others.json'), others)
  const strange = await verified('@complete.zip', '@others.json')
  assert.deepEqual([strange.exitCode, strange.json.error.code], [1, 'DOSSIER_SIGNATURE_INVALID'])
  // The set alone will do, as the manufacturer may publish it.
  await writeFile(at('set.json'), JSON.stringify(keys))
  assert.equal((await verified('@complete.zip', '@set.json')).exitCode, 0)
  await writeFile(at('nothing.json'), '{}')
  const nothing = await verified('@complete.zip', '@nothing.json')
  assert.deepEqual([nothing.exitCode, nothing.json.error.code], [1, 'KEY_FILE_INVALID'])
})

test('the words for a person: a list, the gaps of one, and what was signed before', async () => {
  const words = async (...of: readonly string[]) =>
    (await run(['dossier', ...of], { json: false })).out
  assert.match(
    await words('list', PRODUCT),
    /^ {3}3 {2}2026-11-21 built, complete, gaps: 0, declaration signed$/m,
  )
  assert.match(
    await words('get', PRODUCT, '1'),
    /^ {2}VII\.4 +How the support period was determined/m,
  )
  assert.match(
    await words('sign-declaration', PRODUCT, '--history'),
    /^1, A\. Licht, managing director, 2026-11-21$/m,
  )
  const refused = await dossier('delete', PRODUCT, '1')
  assert.deepEqual([refused.exitCode, refused.json.error.code], [1, 'RETAINED_UNTIL'])
})

test('what is under an embargo or a drill is not in the archive, nor its entries of the audit log', async () => {
  const drill = ['--product', PRODUCT, '--kind', 'incident', '--title', 'Fire drill at noon']
  const opened = await run(['cases', 'open', ...drill, '--drill'])
  assert.equal(opened.exitCode, 0, JSON.stringify(opened.json))
  const real = await run(['cases', 'open', ...drill.slice(0, -1), 'Strange signatures'])
  assert.equal(real.exitCode, 0, JSON.stringify(real.json))
  const embargoed = '0f3a5c7e9b1d2468'
  await storesOf(server).disclosure.add({
    ...{ id: embargoed, sha256: '0'.repeat(64), receivedAt: 1, state: 'received', stateAt: 1 },
    ...{ title: 'Hole in the lamp', text: 't', affected: '', version: '', reporter: 'Rae' },
    ...{
      contact: '',
      creditName: '',
      product: PRODUCT,
      assignee: undefined,
      duplicateOf: undefined,
    },
    ...{ isEmbargoed: true, acknowledgeBy: 2, assessBy: 3, told: undefined, revision: 1 },
  })
  const assigned = await run(['disclosure', 'move', embargoed, 'acknowledged'])
  assert.equal(assigned.exitCode, 0, JSON.stringify(assigned.json))

  await dossier('build', PRODUCT, '--out', '@shown.zip')
  const files = new Map<string, string>()
  for await (const { name, chunks } of dossierEntries(at('shown.zip'))) {
    const parts: Uint8Array[] = []
    for await (const chunk of chunks()) parts.push(chunk)
    files.set(name, Buffer.concat(parts).toString())
  }
  const { id } = opened.json
  const all = [...files].map(([name, text]) => `${name}\n${text}`).join('\n')
  for (const hidden of ['Fire drill at noon', 'Hole in the lamp', embargoed, `case/${id}`]) {
    assert.ok(!all.includes(hidden), hidden)
  }
  assert.ok(files.has(`cases/${real.json.id}.json`))
  assert.ok(files.get('audit/extract.jsonl')?.includes(`case/${real.json.id}`))
  assert.equal(JSON.parse(files.get('handling/disclosure.json') ?? '').reports.received, undefined)
  assert.equal(files.get('evidence/1-junit.xml'), PASSED)
  // The bytes that the release was signed with.
  const sbom = createHash('sha256')
    .update(files.get('sboms/1.4.3.json') ?? '')
    .digest('hex')
  assert.equal(sbom, gatewaySbom('1.4.2').sha256)
})
