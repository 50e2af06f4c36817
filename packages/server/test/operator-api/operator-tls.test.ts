/** Where operators reach the server: with TLS anywhere, without it on this machine alone. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { generateKey } from '@fleetward/platform'
import { spkiOf } from '@fleetward/shared'
import { pino } from 'pino'
import { listenForOperators } from '../../src/operator-api/operator-listener.ts'
import { startServer } from '../../src/server.ts'
import { parseSettings } from '../../src/settings.ts'
import { authorityOf, newAuthority } from '../../src/tls/certificate-authority.ts'
import { issueServerCertificate } from '../../src/tls/server-certificate.ts'

const log = pino({ level: 'silent' })

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-operators-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A certificate of an authority of its own, as files; `pem` of the authority. */
async function certificateIn(folder: string) {
  const now = new Date()
  const made = await newAuthority('of a company', now)
  const authority = await authorityOf(made.pem, made.key)
  const key = generateKey('ecdsa-p256')
  const pem = await issueServerCertificate(authority, ['localhost'], spkiOf(key.publicKey), now)
  const [certificateFile, keyFile] = [join(folder, 'tls.pem'), join(folder, 'tls.key')]
  await writeFile(certificateFile, pem)
  await writeFile(keyFile, key.plainPem())
  return { certificateFile, keyFile, pem: made.pem }
}

async function get(url: string, ca: string): Promise<IncomingMessage> {
  const asked = request(url, { ca, agent: false })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  return answer
}

async function isOpen(address: string, port: number): Promise<boolean> {
  const socket = connect(port, address)
  const opened = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false)
  socket.destroy()
  return opened
}

test('with the server’s own certificate, pages and cookies are for TLS alone', async (t) => {
  const dataFolder = await folderOf(t)
  const listen = { public: 0, device: 0, mqtt: 0, operator: 0, operatorTls: 'own' }
  const server = await startServer(
    parseSettings({ dataFolder, host: ['localhost', '127.0.0.1'], listen }),
    {
      log,
    },
  )
  t.after(() => server.stop())
  const { operator } = server.ports
  const ca = await readFile(join(dataFolder, 'ca', 'server-ca.pem'), 'utf8')
  const answer = await get(`https://localhost:${operator}/sign-in`, ca)
  assert.equal(answer.statusCode, 200)
  const [cookie = ''] = answer.headers['set-cookie'] ?? []
  assert.match(cookie, /^__Host-fleetward-browser=[\w-]+; Path=\/; .*; Secure$/)
  const link = await readFile(server.firstAdministratorFile ?? '', 'utf8')
  assert.ok(link.startsWith(`https://localhost:${operator}/welcome#fwi_`))
  // A name that the certificate knows, and passkeys do not.
  const { statusCode, headers } = await get(`https://127.0.0.1:${operator}/sign-in`, ca)
  assert.deepEqual([statusCode, headers.location], [307, `https://localhost:${operator}/sign-in`])
  await assert.rejects(fetch(`http://localhost:${operator}/sign-in`))
})

test('a certificate of one’s own counts, also once it is renewed on the disk; TLS 1.2 does not', async (t) => {
  const folder = await folderOf(t)
  const { pem, ...operatorTls } = await certificateIn(folder)
  const settings = parseSettings({
    ...{ dataFolder: folder, host: ['localhost'] },
    listen: { operator: 0, operatorTls },
  })
  const listener = await listenForOperators({
    ...{ settings, log, app: (_, response) => response.end('ok') },
    ownCertificate: () => Promise.reject(new Error('not asked for')),
  })
  t.after(() => listener.stop())
  const url = `https://localhost:${listener.port}/`
  assert.equal((await get(url, pem)).statusCode, 200)
  const renewed = await certificateIn(folder)
  await listener.renewCertificate()
  assert.equal((await get(url, renewed.pem)).statusCode, 200)
  await assert.rejects(get(url, pem))

  // Rubbish on the disk takes nothing away from what works.
  await writeFile(operatorTls.certificateFile, 'rubbish')
  await assert.rejects(listener.renewCertificate(), { name: 'SettingsError' })
  assert.equal((await get(url, renewed.pem)).statusCode, 200)

  const old = connectTls({
    ...{ port: listener.port, host: 'localhost', ca: renewed.pem, maxVersion: 'TLSv1.2' },
  })
  const [refusal] = (await once(old, 'error')) as [NodeJS.ErrnoException]
  assert.match(refusal.code ?? '', /PROTOCOL_VERSION/)
})

test('a key that is not the certificate’s is a sentence for the operator, not a server', async (t) => {
  const folder = await folderOf(t)
  const { pem: _, ...operatorTls } = await certificateIn(folder)
  await writeFile(operatorTls.keyFile, generateKey('ecdsa-p256').plainPem())
  const settings = parseSettings({
    ...{ dataFolder: folder, host: ['localhost'] },
    listen: { operator: 0, operatorTls },
  })
  const needs = { settings, log, app: () => {}, ownCertificate: () => Promise.reject(new Error()) }
  await assert.rejects(listenForOperators(needs), { name: 'SettingsError' })
})

test('without TLS operators come from this machine alone, whatever the address in the settings', async (t) => {
  const folder = await folderOf(t)
  const settings = parseSettings({
    ...{ dataFolder: folder, host: ['localhost'] },
    listen: { operator: 0, address: '0.0.0.0' },
  })
  const { port, stop } = await listenForOperators({
    ...{ settings, log, app: (_, response) => response.end('ok') },
    ownCertificate: () => Promise.reject(new Error('not asked for')),
  })
  t.after(stop)
  assert.equal(await isOpen('127.0.0.1', port), true)
  // Another address of the machine, which 0.0.0.0 would have covered.
  assert.equal(await isOpen('127.0.0.2', port), false)
})
