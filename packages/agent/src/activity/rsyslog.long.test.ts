/** The log on its way to Debian's rsyslog, set up by the lines that docs/activity-log.md hands out. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { TestAuthority } from '../../../../test/support/test-certificates.ts'
import { systemChance, systemTimer } from '../adapters/system.ts'
import { FileActivityLog } from './file-activity-log.ts'
import { LogSink } from './log-sink.ts'

const RSYSLOGD = '/usr/sbin/rsyslogd'
const DOCUMENTED = fileURLToPath(new URL('../../../../docs/activity-log.md', import.meta.url))
const DEVICE = 'LG1-00017'
const ENTRIES = 20
const WAIT_MS = 30_000
const skip = existsSync(RSYSLOGD) ? false : `${RSYSLOGD} is not installed`

const folder = await mkdtemp(join(tmpdir(), 'fleetward-rsyslog-'))
after(() => rm(folder, { recursive: true }))

test('CRA P-097: rsyslog as documented takes the log over TLS from a device with a certificate, line by line', {
  skip,
}, async () => {
  const authority = await TestAuthority.create()
  const server = await authority.server()
  const device = await authority.device('lumen-gateway-g1', DEVICE)
  const files = {
    'fleet-ca.pem': authority.pem,
    'logs.pem': server.certificate,
    'logs.key': server.key,
    'certificate.pem': device.certificate,
    'key.pem': device.key,
  }
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  await mkdir(join(folder, 'received'))
  const port = await freePort()
  await writeFile(join(folder, 'rsyslog.conf'), await documentedSettings(port))
  const words = ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')]
  const rsyslog = spawn(RSYSLOGD, words, { stdio: 'ignore' })
  const ended = once(rsyslog, 'exit')
  const over = new AbortController()
  try {
    await until(() => accepts(port))
    const log = await FileActivityLog.open({
      folder: join(folder, 'activity'),
      systemClock: { systemMs: () => Date.now() },
      uptimeMs: () => performance.now(),
      log: { write: () => {} },
      retentionDays: 365,
      onDurable: () => sink.wake(),
    })
    const sink = new LogSink({
      settings: {
        ...{ host: 'localhost', port, ca: join(folder, 'fleet-ca.pem') },
        ...{ certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') },
      },
      activity: log,
      ...{ device: DEVICE, folder: join(folder, 'cursor') },
      ...{ timer: systemTimer, chance: systemChance },
      backoff: { firstDelayMs: 20, maxDelayMs: 100 },
      log: { write: () => {} },
      signal: over.signal,
    })
    const running = sink.run()
    for (let at = 1; at <= ENTRIES; at += 1) {
      const facts = { at, said: 'Grüße "und" \\ Zeilen' }
      await log.record({ class: 'update', event: 'slot-booted', by: 'agent', facts })
    }
    const received = await until(async () => {
      const text = await readFile(join(folder, 'received', `${DEVICE}.jsonl`), 'utf8')
      const lines = text.trim().split('\n')
      return lines.length > ENTRIES && lines
    })
    // As they lie on the disk, so the chain can be verified at the log server.
    for (const [at, line] of received.entries()) {
      const { prev } = JSON.parse(line) as { prev: string }
      const before = received[at - 1]
      if (before === undefined) continue
      assert.equal(prev, createHash('sha256').update(before).digest('hex'))
    }
    over.abort()
    await running
  } finally {
    over.abort()
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
    .replaceAll('/var/log/fleetward/', `${folder}/received/`)
    .replaceAll('6514', String(port))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
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
