import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { certsOnly, TestAuthority } from '../../../../test/support/test-certificates.ts'
import { parseCertsOnly } from './certs-only.ts'

const authority = await TestAuthority.create('fleet CA')
const refused = { code: 'SERVER_REFUSED' }

test('reads the certificates that another implementation wrote', async () => {
  const { certificate } = await authority.device('lumen-g1', 'G1-0001')
  const { x509 } = await import('../../../../test/support/test-certificates.ts')
  const body = certsOnly(
    new x509.X509Certificate(certificate),
    new x509.X509Certificate(authority.pem),
  )
  const certificates = parseCertsOnly(Buffer.from(body))
  assert.deepEqual(certificates.map(({ subject }) => subject).sort(), ['CN=G1-0001', 'CN=fleet CA'])
})

test('reads what openssl writes, in lines as RFC 7030 shows it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleetward-pkcs7-'))
  try {
    const file = join(folder, 'ca.pem')
    writeFileSync(file, authority.pem)
    const args = ['crl2pkcs7', '-nocrl', '-certfile', file, '-outform', 'DER']
    const bytes = execFileSync('openssl', args)
    const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
    const certificates = parseCertsOnly(Buffer.from(`${lines.join('\r\n')}\r\n`))
    assert.deepEqual(
      certificates.map(({ subject }) => subject),
      ['CN=fleet CA'],
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

async function goodBody(): Promise<Buffer> {
  const { x509 } = await import('../../../../test/support/test-certificates.ts')
  return Buffer.from(certsOnly(new x509.X509Certificate(authority.pem)))
}

for (const [what, body] of [
  ['nothing', ''],
  ['bytes that are no base64', 'a§'],
  ['base64 of something else', Buffer.from('hello').toString('base64')],
  ['an HTML page', '<html>'],
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(() => parseCertsOnly(Buffer.from(body)), refused)
  })
}

test('refuses an answer without a certificate', () => {
  // ContentInfo { signedData, [0] { version 1, {}, { data }, [0] {}, {} } }
  const empty = '302306092a864886f70d010702a0163014020101310030 0b06092a864886f70d010701a0003100'
  const body = Buffer.from(empty.replaceAll(' ', ''), 'hex').toString('base64')
  assert.throws(() => parseCertsOnly(Buffer.from(body)), refused)
})

test('refuses any answer with bytes behind it', async () => {
  const bytes = Buffer.concat([Buffer.from((await goodBody()).toString(), 'base64'), Buffer.of(0)])
  assert.throws(() => parseCertsOnly(Buffer.from(bytes.toString('base64'))), refused)
})

test('any changed byte ends in certificates or a refusal, never in anything else', async () => {
  const good = Buffer.from((await goodBody()).toString(), 'base64')
  fc.assert(
    fc.property(fc.nat({ max: good.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const bent = Buffer.from(good)
      bent[at] = byte
      try {
        parseCertsOnly(Buffer.from(bent.toString('base64')))
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'SERVER_REFUSED')
      }
    }),
    { numRuns: 500 },
  )
})
