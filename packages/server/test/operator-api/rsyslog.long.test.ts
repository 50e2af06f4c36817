/** The audit log on its way to Debian's rsyslog, set up by the lines that docs/operating/audit.md hands out. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AuditChain } from '@fleetward/shared'
import { pino } from 'pino'
import { TestAuthority } from '../../../../test/support/test-certificates.ts'
import { SERVER_ACTOR } from '../../src/accounts/actor.ts'
import { openDatabase } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { LogSink } from '../../src/audit/export/log-sink.ts'
import { freePort } from '../support/free-port.ts'

const RSYSLOGD = '/usr/sbin/rsyslogd'
const DOCUMENTED = join(import.meta.dirname, '../../../../docs/operating/audit.md')
const HOST = 'updates.example.com'
const ENTRIES = 300
const WAIT_MS = 30_000
const skip = existsSync(RSYSLOGD) ? false : `${RSYSLOGD} is not installed`

const folder = await mkdtemp(join(tmpdir(), 'fleetward-rsyslog-'))
after(() => rm(folder, { recursive: true }))

test('CRA P-097, P-098: rsyslog as documented takes the audit log over TLS, and what it wrote verifies', {
  skip,
}, async () => {
  const authority = await TestAuthority.create()
  const server = await authority.server()
  // A client certificate for this server; what it names is not looked at by the documented lines.
  const own = await authority.device('fleetward', 'server')
  const files = {
    'logs-ca.pem': authority.pem,
    'logs.pem': server.certificate,
    'logs.key': server.key,
    'own.pem': own.certificate,
    'own.key': own.key,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  await mkdir(join(folder, 'received'))
  const port = await freePort()
  await writeFile(join(folder, 'rsyslog.conf'), await documentedSettings(port))
  const words = ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')]
  const rsyslog = spawn(RSYSLOGD, words, { stdio: 'ignore' })
  const ended = once(rsyslog, 'exit')
  const connection = await openDatabase({ file: join(folder, 'fleetward.db') })
  const database = sqlStores(connection)
  const sink = new LogSink({
    settings: {
      ...{ host: 'localhost', port, caFile: join(folder, 'logs-ca.pem') },
      ...{ certificateFile: join(folder, 'own.pem'), keyFile: join(folder, 'own.key') },
    },
    ...{ database, instances: { leads: () => true }, host: HOST, log: pino({ level: 'silent' }) },
    pace: { lookEveryMs: 20, firstRetryMs: 20, lastRetryMs: 200 },
  })
  try {
    await until(() => accepts(port))
    sink.start()
    for (let at = 0; at < ENTRIES; at += 1) {
      await database.audit.append({
        ...{ at: 1_790_000_000 + at, actor: SERVER_ACTOR, action: 'rollout.paused' },
        ...{
          subject: `rollout/${at}`,
          outcome: 'done',
          after: { said: 'Grüße "und" \\ ]Zeilen\n' },
        },
      })
    }
    const received = await until(async () => {
      const text = await readFile(join(folder, 'received', 'fleetward-audit.jsonl'), 'utf8')
      const lines = text.trim().split('\n')
      return lines.length >= ENTRIES && lines
    })
    const chain = new AuditChain({ known: [await database.audit.head()] })
    for (const line of received) chain.take(line)
    assert.deepEqual(chain.end().broken, undefined)
    assert.equal(received.length, ENTRIES)
  } finally {
    await sink.stop()
    await connection.destroy()
    rsyslog.kill()
    await ended
  }
})

/** The block of the page, with the places of this test. */
async function documentedSettings(port: number): Promise<string> {
  const page = await readFile(DOCUMENTED, 'utf8')
  const block = /^rsyslog \(with[^\n]*\n\n```\n([\s\S]*?)```/m.exec(page)?.[1]
  assert.ok(block, 'the page shows how rsyslog is set up')
  return block
    .replaceAll('/etc/rsyslog.d/', `${folder}/`)
    .replaceAll('/var/log/', `${folder}/received/`)
    .replaceAll('6514', String(port))
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, 'localhost')
  try {
    await once(socket, 'connect')
    return true
  } finally {
    socket.destroy()
  }
}

async function until<Found>(look: () => Promise<Found | false>): Promise<Found> {
  const lastMoment = Date.now() + WAIT_MS
  for (;;) {
    const found = await look().catch(() => false as const)
    if (found !== false) return found
    assert.ok(Date.now() < lastMoment, 'it did not come to be')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
