/** With the real systemd-notify, and a socket that hears what systemd would. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemTimer } from './system.ts'
import { Systemd } from './systemd.ts'

const missing = ['/usr/bin/systemd-notify', '/usr/bin/perl'].find((path) => !existsSync(path))
const skip = missing === undefined ? false : `${missing} is not installed`
/** Node.js has no datagrams of Unix sockets. */
const LISTENER = `
use Socket; $| = 1;
socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die; bind($s, sockaddr_un($ARGV[0])) or die;
print "listening\\n"; while (defined recv($s, my $m, 4096, 0)) { print "$m\\n" }`

let folder: string
let listener: ChildProcess
let heard: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-notify-'))
  heard = []
  if (missing !== undefined) return
  listener = spawn('/usr/bin/perl', ['-e', LISTENER, join(folder, 'notify')])
  const ready = Promise.withResolvers<void>()
  createInterface({ input: listener.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    if (line === 'listening') ready.resolve()
    else if (line.trim() !== '') heard.push(line.trim())
  })
  await ready.promise
})
afterEach(async () => {
  listener?.kill()
  await rm(folder, { recursive: true })
})

/** The last datagram is on its way when systemd-notify has ended. */
async function untilHeard(count: number): Promise<void> {
  while (heard.length < count) await pause(5)
}

const systemd = (environment: Record<string, string>) =>
  new Systemd({
    environment,
    log: { write: () => {} },
    timer: systemTimer,
  })

test('systemd hears that the agent is up, and that it is alive while its turns come round', {
  skip,
}, async () => {
  const end = new AbortController()
  let turns = 0
  const environment = { NOTIFY_SOCKET: join(folder, 'notify'), WATCHDOG_USEC: '40000' }
  const telling = systemd(environment).tellUntil(end.signal, async () => {
    turns += 1
    if (turns === 3) end.abort()
  })
  await telling
  await untilHeard(4)
  assert.deepEqual(heard, ['READY=1', 'WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1'])
})

test('an agent whose turns no longer come round says nothing more', { skip }, async () => {
  const end = new AbortController()
  const environment = { NOTIFY_SOCKET: join(folder, 'notify'), WATCHDOG_USEC: '10000' }
  const asked = Promise.withResolvers<void>()
  void systemd(environment).tellUntil(end.signal, () => {
    asked.resolve()
    return new Promise(() => {})
  })
  await asked.promise
  await untilHeard(1)
  // As long as the watchdog would be fed twice.
  await pause(10)
  assert.deepEqual(heard, ['READY=1'])
  end.abort()
})

test('without systemd nobody is told anything', async () => {
  await systemd({}).tellUntil(new AbortController().signal, async () => assert.fail())
})
