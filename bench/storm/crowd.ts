/**
 * What devices cost that are connected and silent: the server's memory without anybody and with ten thousand of them
 * on its embedded broker, beside a bare `node:tls` server that holds as many.
 */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { TestAuthority } from '../../test/support/test-certificates.ts'
import type { Figure } from '../figure.ts'
import { Server } from '../support/installed-server.ts'
import { end, said, startProgram } from '../support/programs.ts'
import type { Crowd } from './storm-clients.ts'

const DEVICES = 10_000
/** Garbage is collected when a process has been quiet for a while. */
const QUIET_MS = 10_000

export async function crowdBench(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-crowd-'))
  const server = await Server.start(folder)
  const clients = startProgram('storm/storm-clients.ts')
  const bare = startProgram('storm/storm-bare.ts')
  try {
    await pause(QUIET_MS)
    const idleMiB = memoryOf(server.process)
    const { id: product, serverCa, trust } = await server.publishProduct()
    const tokens: string[] = []
    for (let i = 0; i < DEVICES; i += 1) tokens.push(await server.enrolmentToken('homes'))
    const authority = await TestAuthority.create()
    const { certificate: cert, key } = await authority.server()
    const enrolled = said(clients, 'enrolled')
    const ca = `${serverCa}\n${authority.pem}`
    clients.send({ ca, enrolAt: `https://127.0.0.1:${server.ports.public}`, product, tokens })
    await enrolled
    const listening = said(bare, 'listening')
    bare.send({ cert, key, ca: trust['fleet-ca.pem'] })
    const { port } = await listening

    const kibPerDevice = async (crowd: Crowd, process: ChildProcess) => {
      await pause(QUIET_MS)
      const before = memoryOf(process)
      const there = said(clients, 'there')
      clients.send(crowd)
      await there
      await pause(QUIET_MS)
      const with10_000 = memoryOf(process)
      const gone = said(clients, 'gone')
      clients.send({})
      await gone
      return { kib: ((with10_000 - before) * 1024) / DEVICES, mib: with10_000 }
    }
    const theirs = await kibPerDevice({ port, speaks: 'bare', stays: true }, bare)
    const ours = await kibPerDevice(
      { port: server.ports.mqtt, speaks: 'mqtt', stays: true },
      server.process,
    )
    return [
      {
        what: 'memory of the server that nobody is connected to',
        ...{ median: idleMiB, unit: 'MiB', runs: 1, goal: 150 },
      },
      {
        what: `memory per connected device beyond what node:tls takes (${theirs.kib.toFixed(0)} KiB), ${DEVICES} devices`,
        ...{ median: ours.kib - theirs.kib, unit: 'KiB', runs: 1, goal: 30 },
        peakMemoryMiB: ours.mib,
      },
    ]
  } finally {
    await end(bare)
    await end(clients)
    await end(server.process)
    await rm(folder, { recursive: true, force: true })
  }
}

/** Resident now. */
function memoryOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}
