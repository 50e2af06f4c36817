/** Too many uploads are refused before they are read. CRA P-080 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { test } from 'node:test'
import { filesOf, PRODUCT } from '../support/desk.ts'
import { aRelease } from '../support/gated.ts'
import { TestServer } from '../support/test-server.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
const PLACES = 8

/** Says that much is to come, sends one byte of it, and waits. */
async function begun(server: TestServer, path: string, length: number): Promise<ClientRequest> {
  const token = (await readFile(server.running?.adminTokenFile ?? '', 'utf8')).trim()
  const headers = { ...BYTES, authorization: `Bearer ${token}`, 'content-length': length }
  const upload = request(server.url(`/api/1${path}`), { method: 'PUT', headers, agent: false })
  upload.on('error', () => {
    // The test ends it.
  })
  upload.write('x')
  return upload
}

async function refusedAmong(uploads: readonly ClientRequest[]) {
  const { answer, upload } = await Promise.race(
    uploads.map(async (upload) => {
      const [answer] = (await once(upload, 'response')) as [IncomingMessage]
      return { answer, upload }
    }),
  )
  answer.setEncoding('utf8')
  const { code } = JSON.parse((await answer.toArray()).join(''))
  return { status: answer.statusCode, code, upload }
}

const release = aRelease('1.4.3')
const [artifact] = filesOf(release)
const evidence = new TextEncoder().encode('%PDF-')
const digest = createHash('sha256').update(evidence).digest('hex')
const asEvidence = `kind=pentest&name=ci&outcome=passed&subject=${artifact?.sha256}`

for (const { what, path, length, whole, code, status } of [
  {
    ...{ what: 'evidence', path: `/products/${PRODUCT}/evidence/files/${digest}?${asEvidence}` },
    ...{ length: 32 * 1024 * 1024, whole: evidence, code: 'TOO_MANY_REQUESTS', status: 200 },
  },
  {
    ...{ what: 'files of a release', path: `/products/${PRODUCT}/files/${artifact?.sha256}` },
    ...{ length: 5, whole: release.artifact, code: 'TOO_MANY_REQUESTS', status: 200 },
  },
  {
    ...{ what: 'feeds', path: '/feeds/osv?kind=osv', length: 3 * 1024 ** 3 },
    ...{ whole: new TextEncoder().encode('{}'), code: 'TOO_MANY_IMPORTS', status: 422 },
  },
] as const) {
  test(`of ${what} so many are taken in at once; the next is refused unread, and has its place later`, {
    timeout: 30_000,
  }, async (t) => {
    const server = await TestServer.start(t)
    const { desk } = await server.product()
    await server.upload('security', desk.roleMetadata('security', 1, [release]))
    const uploads: ClientRequest[] = []
    for (let i = 0; i <= PLACES; i += 1) uploads.push(await begun(server, path, length))
    const refused = await refusedAmong(uploads)
    assert.deepEqual([refused.status, refused.code], [429, code])
    for (const upload of uploads) upload.destroy()
    for (;;) {
      const later = await server.call('PUT', path, whole, BYTES)
      if (later.status === 429) continue
      assert.equal(later.status, status, JSON.stringify(later.body))
      break
    }
  })
}
