/** Dossiers and declarations of conformity over the API. CRA P-002, P-026, P-146 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { secondsOf } from '../../src/ports.ts'
import { type Caller, service, signedIn, storesOf, withToken } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'
import { wholeFacts } from '../support/whole-facts.ts'

const PRODUCT = 'lumen'
const DOSSIERS = `/products/${PRODUCT}/dossiers`
const DECLARATION = `/products/${PRODUCT}/declaration`
const SIGNATURES = `${DECLARATION}/signatures`
const PDF = Buffer.from('%PDF-1.7\nsigned by hand\n')
const signer = { name: 'A. Licht', function: 'director', place: 'Berlin', date: '2026-11-21' }
type Answered = { readonly status: number; readonly body: { readonly code?: string } | undefined }
const said = ({ status, body }: Answered) => [status, body?.code]

async function serving(t: TestContext) {
  const server = await TestServer.start(t)
  await server.call('POST', '/products', { id: PRODUCT })
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  return { server, officer }
}

function setFacts(server: TestServer, more: object = {}) {
  const facts = `/products/${PRODUCT}/facts`
  return server.call('POST', facts, { ...wholeFacts(), ...more }, { 'if-match': '*' })
}

async function built(officer: Caller) {
  const { status, body } = await officer.call('POST', DOSSIERS, {})
  assert.equal(status, 202)
  for (;;) {
    const found = (await officer.call('GET', `${DOSSIERS}/${body.version}`)).body
    if (found.state !== 'building') return found
    await pause(50)
  }
}

async function draftOf(officer: Caller): Promise<string> {
  return (await officer.call('GET', DECLARATION)).body.draft.sha256
}

test('each build is another version, earlier ones can be fetched, and none can be deleted for ten years', async (t) => {
  const { server, officer } = await serving(t)
  const first = await built(officer)
  assert.deepEqual([first.version, first.state, first.status], [1, 'built', 'incomplete'])
  await setFacts(server, { supportPeriod: { ...wholeFacts().supportPeriod, ends: '2040-12' } })
  const second = await built(officer)
  assert.equal(second.version, 2)
  assert.ok(second.gaps.length < first.gaps.length)
  assert.equal(new Date(first.retainedUntil * 1000).toISOString(), '2036-11-21T00:00:00.000Z')
  assert.equal(new Date(second.retainedUntil * 1000).toISOString(), '2041-01-01T00:00:00.000Z')

  const listed = (await officer.call('GET', DOSSIERS)).body
  assert.deepEqual(
    listed.map(({ version }: { version: number }) => version),
    [2, 1],
  )
  const archive = await server.raw(`${DOSSIERS}/1/archive`)
  const bytes = Buffer.from(await archive.arrayBuffer())
  assert.equal(createHash('sha256').update(bytes).digest('hex'), first.sha256)
  assert.equal(bytes.length, first.length)

  const remove = () => server.call('DELETE', `${DOSSIERS}/1`)
  assert.deepEqual(said(await remove()), [409, 'RETAINED_UNTIL'])
  server.clock.at = new Date('2036-11-20T23:59:59Z')
  assert.deepEqual(said(await remove()), [409, 'RETAINED_UNTIL'])
  server.clock.at = new Date('2036-11-21T00:00:00Z')
  assert.deepEqual(said(await remove()), [409, 'DOSSIER_KEPT'])
  assert.deepEqual(said(await server.call('GET', `${DOSSIERS}/9`)), [404, 'NO_SUCH_DOSSIER'])
})

test('a dossier that a server left half built is broken off, its file goes, and the next one is built', async (t) => {
  const { server, officer } = await serving(t)
  const now = secondsOf(server.clock)
  await storesOf(server).dossiers.begin(PRODUCT, 1, now, officer.account.id)
  assert.deepEqual(said(await officer.call('POST', DOSSIERS, {})), [409, 'DOSSIER_UNDER_WAY'])
  const early = await server.call('GET', `${DOSSIERS}/1/archive`)
  assert.deepEqual(said(early), [409, 'DOSSIER_NOT_BUILT'])

  const left = join(server.folder, 'dossiers-under-way', 'half')
  await server.stop()
  await mkdir(join(left, '..'), { recursive: true })
  await writeFile(left, 'PK')
  await server.start()
  await assert.rejects(access(left))

  server.clock.at = new Date(server.clock.at.getTime() + 121_000)
  const { body } = await officer.call('GET', `${DOSSIERS}/1`)
  assert.equal(body.state, 'broken-off')
  assert.equal((await built(officer)).version, 2)
  assert.equal((await officer.call('GET', `${DOSSIERS}/1`)).body.state, 'failed')
})

test('a server that is stopped in the middle keeps nothing of the dossier', async (t) => {
  const { server, officer } = await serving(t)
  await officer.call('POST', DOSSIERS, {})
  await server.stop()
  await server.start()
  const { body } = await officer.call('GET', `${DOSSIERS}/1`)
  assert.deepEqual([body.state, body.sha256], ['failed', undefined])
})

test('who builds and who is told: the audit log has order and result, webhooks the result', async (t) => {
  const { server, officer } = await serving(t)
  const { sha256, manifestSha256 } = await built(officer)
  const { body } = await server.call('GET', '/audit?subject=dossier/1')
  assert.deepEqual(
    body.map(({ action, actor }: { action: string; actor: { id: string } }) => [action, actor.id]),
    [
      ['dossier.built', 'server'],
      ['dossier.ordered', officer.account.id],
    ],
  )
  assert.deepEqual([body[0].after.sha256, body[0].after.manifestSha256], [sha256, manifestSha256])
})

test('a declaration is signed by a person alone, exactly as read, and with every item filled', async (t) => {
  const { server, officer } = await serving(t)
  const sign = (textSha256: string, by: Pick<Caller, 'call'> = officer) =>
    by.call('POST', SIGNATURES, { ...signer, textSha256 })
  assert.deepEqual(said(await sign(await draftOf(officer))), [409, 'DECLARATION_INCOMPLETE'])
  const before = await draftOf(officer)
  await setFacts(server)
  assert.deepEqual(said(await sign(before)), [409, 'DECLARATION_CHANGED'])
  const textSha256 = await draftOf(officer)

  assert.deepEqual(said(await sign(textSha256, server)), [403, 'NOT_PERMITTED'])
  const program = await service(server, officer.account, [
    { role: 'securityOfficer', product: PRODUCT },
  ])
  const machine = await withToken(server, program)
  assert.deepEqual(said(await sign(textSha256, machine)), [403, 'NOT_PERMITTED'])
  const auditor = await signedIn(server, [{ role: 'auditor', product: PRODUCT }])
  assert.deepEqual(said(await sign(textSha256, auditor)), [403, 'NOT_PERMITTED'])

  const signed = await sign(textSha256)
  assert.deepEqual([signed.status, signed.body.by], [201, officer.account.id])
  const { body: entries } = await server.call('GET', '/audit?action=declaration.signed')
  assert.deepEqual(entries[0].after, { number: 1, ...signer, textSha256, document: null })
})

test('facts that change what was signed make it signed for an earlier version, others do not', async (t) => {
  const { server, officer } = await serving(t)
  const stateOf = async () => (await officer.call('GET', DECLARATION)).body.state
  await setFacts(server)
  await officer.call('POST', SIGNATURES, { ...signer, textSha256: await draftOf(officer) })
  assert.equal(await stateOf(), 'signed')
  await setFacts(server, { users: ['owners'] })
  assert.equal(await stateOf(), 'signed')
  await setFacts(server, { name: 'Lumen Gateway G1b' })
  assert.equal(await stateOf(), 'outdated')
  const dossier = await built(officer)
  assert.equal(dossier.declaration, 'outdated')
  const gap = dossier.gaps.find(({ item }: { item: string }) => item === 'V.8')
  assert.match(gap.what, /signed for an earlier version/)

  await officer.call('POST', SIGNATURES, { ...signer, textSha256: await draftOf(officer) })
  assert.equal(await stateOf(), 'signed')
  const { body: all } = await officer.call('GET', SIGNATURES)
  assert.deepEqual(
    all.map(({ number, text }: { number: number; text: { items: { lines: string[] }[] } }) => [
      number,
      text.items[0]?.lines[0],
    ]),
    [
      [2, 'Lumen Gateway G1b'],
      [1, 'Lumen Gateway G1'],
    ],
  )
})

test('a declaration signed elsewhere is handed in as a PDF, and lies in the dossier as it came', async (t) => {
  const { server, officer } = await serving(t)
  await setFacts(server)
  const query = new URLSearchParams({ ...signer, textSha256: await draftOf(officer) })
  const hand = (bytes: Uint8Array) =>
    officer.call('PUT', `${SIGNATURES}?${query}`, bytes, {
      'content-type': 'application/octet-stream',
    })
  assert.deepEqual(said(await hand(Buffer.from('no PDF'))), [422, 'DECLARATION_NOT_A_PDF'])
  const { status, body } = await hand(PDF)
  const sha256 = createHash('sha256').update(PDF).digest('hex')
  assert.deepEqual([status, body.document], [201, { sha256, length: PDF.length }])
  const { version } = await built(officer)
  const archive = await server.raw(`${DOSSIERS}/${version}/archive`)
  const bytes = Buffer.from(await archive.arrayBuffer())
  assert.ok(bytes.includes('declaration/signed.pdf'))
  // Packed as it is.
  assert.ok(bytes.includes(PDF))
})

test('a steward of free software has no declaration to sign, and no gap for it', async (t) => {
  const { server, officer } = await serving(t)
  await setFacts(server, { economicRole: 'steward' })
  const textSha256 = await draftOf(officer)
  const answer = await officer.call('POST', SIGNATURES, { ...signer, textSha256 })
  assert.deepEqual(said(answer), [409, 'DECLARATION_NOT_DUE'])
  const { declaration, gaps } = await built(officer)
  assert.equal(declaration, 'not-due')
  assert.deepEqual(
    gaps.filter(({ item }: { item: string }) => item.startsWith('V.')),
    [],
  )
})
