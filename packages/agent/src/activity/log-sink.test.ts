/** The log on its way to a log server: a real TLS listener that reads octet-counted syslog, RFC 5425. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { type PemPair, TestAuthority } from '../../../../test/support/test-certificates.ts'
import { systemChance, systemTimer } from '../adapters/system.ts'
import { FileActivityLog } from './file-activity-log.ts'
import { LogSink } from './log-sink.ts'

let folder: string
let authority: TestAuthority
let serverCertificate: PemPair
let clientCertificate: PemPair

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-sink-'))
  authority = await TestAuthority.create()
  serverCertificate = await authority.server()
  clientCertificate = await authority.device('lumen-gateway-g1', 'LG1-00017')
  await writeFile(join(folder, 'ca.pem'), authority.pem)
  await writeFile(join(folder, 'certificate.pem'), clientCertificate.certificate)
  await writeFile(join(folder, 'key.pem'), clientCertificate.key)
})
after(() => rm(folder, { recursive: true }))

/** Reads messages by their length; keeps the numbers of the entries. */
class Collector {
  readonly messages: string[] = []
  readonly sockets = new Set<TLSSocket>()
  /** Loses what arrives, and the line with it. */
  isFailing = false
  readonly server: Server
  #waiting: { seq: number; resolve: () => void } | undefined

  constructor({ certificate, key }: PemPair, ca: string) {
    const options = { cert: certificate, key, ca, requestCert: true, rejectUnauthorized: true }
    this.server = createServer(options, (socket) => {
      this.sockets.add(socket)
      let bytes = Buffer.alloc(0)
      socket.on('error', () => {})
      socket.on('close', () => this.sockets.delete(socket))
      socket.on('data', (chunk: Buffer) => {
        if (this.isFailing) return void socket.destroy()
        bytes = Buffer.concat([bytes, chunk])
        for (;;) {
          const [counted = '', length] = /^(\d+) /.exec(bytes.toString('latin1')) ?? []
          const end = counted.length + Number(length)
          if (counted === '' || bytes.length < end) return
          this.messages.push(bytes.subarray(counted.length, end).toString('utf8'))
          bytes = bytes.subarray(end)
          if (this.numbers.at(-1) === this.#waiting?.seq) this.#waiting?.resolve()
        }
      })
    })
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve))
    return (this.server.address() as AddressInfo).port
  }

  /** Until it has the entry with this number. */
  async until(seq: number): Promise<void> {
    if (this.numbers.includes(seq)) return
    await new Promise<void>((resolve) => {
      this.#waiting = { seq, resolve }
    })
  }

  get numbers(): number[] {
    return this.messages.map((message) => Number(/ seq="(\d+)"/.exec(message)?.[1]))
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

async function opened(name: string, onDurable: () => void) {
  return FileActivityLog.open({
    folder: join(folder, name),
    systemClock: { systemMs: () => Date.now() },
    uptimeMs: () => performance.now(),
    log: { write: () => {} },
    retentionDays: 365,
    onDurable,
  })
}

const record = (log: FileActivityLog, at: number) =>
  log.record({ class: 'configuration', event: 'settings-changed', by: 'cli', facts: { at } })

function sinkTo(
  port: number,
  log: FileActivityLog,
  name: string,
  end: AbortController,
  onFailed: (reason: string) => void = () => {},
) {
  return new LogSink({
    settings: {
      ...{ host: 'localhost', port, ca: join(folder, 'ca.pem') },
      ...{ certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') },
    },
    activity: log,
    ...{ device: 'LG1-00017', folder: join(folder, `${name}-cursor`) },
    ...{ timer: systemTimer, chance: systemChance },
    backoff: { firstDelayMs: 20, maxDelayMs: 100 },
    log: { write: (_level, _event, facts) => onFailed(String(facts?.reason)) },
    signal: end.signal,
  })
}

/** On the disk: where a restart goes on. */
async function isNoted(name: string, seq: number): Promise<void> {
  const file = join(folder, `${name}-cursor`, 'log-sink.json')
  const noted = async () => JSON.parse(await readFile(file, 'utf8').catch(() => '{}'))
  while ((await noted()).seq !== seq) await nextTurn()
}

test('CRA P-074, P-097: entries arrive in order at a TLS log server, and after an outage what was kept meanwhile', async () => {
  const collector = new Collector(serverCertificate, authority.pem)
  const port = await collector.listen()
  const end = new AbortController()
  let sink: LogSink | undefined
  const log = await opened('outage', () => sink?.wake())
  for (const at of [1, 2]) await record(log, at)
  sink = sinkTo(port, log, 'outage', end)
  const running = sink.run()
  await collector.until(3)
  assert.deepEqual(collector.numbers, [1, 2, 3])
  await record(log, 3)
  await collector.until(4)

  await collector.close()
  for (const at of [4, 5]) await record(log, at)
  const again = new Collector(serverCertificate, authority.pem)
  await again.listen(port)
  await again.until(6)
  assert.deepEqual([...new Set([...collector.numbers, ...again.numbers])], [1, 2, 3, 4, 5, 6])
  assert.match(
    again.messages.at(-1) ?? '',
    /^<109>1 \S+ LG1-00017 fleetward-agent - settings-changed \[/,
  )
  // What is not noted yet is sent again, rather than lost.
  await isNoted('outage', 6)
  end.abort()
  await running
  await again.close()

  // A restart goes on where it was.
  const third = new Collector(serverCertificate, authority.pem)
  await third.listen(port)
  const later = new AbortController()
  sink = sinkTo(port, log, 'outage', later)
  const goingOn = sink.run()
  await record(log, 6)
  await third.until(7)
  assert.deepEqual(third.numbers, [7])
  later.abort()
  await goingOn
  await third.close()
  await log.close()
})

test('what was on its way when the line broke is sent again', async () => {
  const collector = new Collector(serverCertificate, authority.pem)
  collector.isFailing = true
  const port = await collector.listen()
  const end = new AbortController()
  const log = await opened('broken', () => {})
  for (const at of [1, 2]) await record(log, at)
  const failed = Promise.withResolvers<string>()
  const running = sinkTo(port, log, 'broken', end, failed.resolve).run()
  await failed.promise
  collector.isFailing = false
  await collector.until(3)
  end.abort()
  await running
  await collector.close()
  await log.close()
  assert.deepEqual(collector.numbers, [1, 2, 3])
})

test('a log server of another authority gets nothing', async () => {
  const other = await TestAuthority.create('somebody else')
  const collector = new Collector(await other.server(), authority.pem)
  const port = await collector.listen()
  const end = new AbortController()
  const log = await opened('stranger', () => {})
  await record(log, 1)
  const refused = Promise.withResolvers<string>()
  const sink = sinkTo(port, log, 'stranger', end, refused.resolve)
  const running = sink.run()
  const reason = await refused.promise
  end.abort()
  await running
  await collector.close()
  await log.close()
  assert.equal(reason, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  assert.deepEqual(collector.messages, [])
})
