/**
 * The real limit of a large fleet: thousands of devices that come back in the same second. Ours, with the door, the
 * database check of every certificate, MQTT's CONNECT and a subscription, beside what bare `node:tls` accepts.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TestAuthority } from '../../test/support/test-certificates.ts'
import { type Figure, median } from '../figure.ts'
import { Server } from '../support/installed-server.ts'
import { costOf, end, said, startProgram } from '../support/programs.ts'
import type { Storm } from './storm-clients.ts'

const DEVICES = 5000
const RUNS = 3

export async function stormBench(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-storm-'))
  const server = await Server.start(folder)
  const clients = startProgram('storm/storm-clients.ts')
  const bare = startProgram('storm/storm-bare.ts')
  try {
    const { id: product, serverCa, trust } = await server.publishProduct()
    const tokens: string[] = []
    for (let i = 0; i < DEVICES; i += 1) tokens.push(await server.enrolmentToken('homes'))
    // The clients believe one more authority: the bare server's.
    const authority = await TestAuthority.create()
    const { certificate: cert, key } = await authority.server()
    const ca = `${serverCa}\n${authority.pem}`
    const enrolled = said(clients, 'enrolled')
    clients.send({ ca, enrolAt: `https://127.0.0.1:${server.ports.public}`, product, tokens })
    await enrolled
    const listening = said(bare, 'listening')
    bare.send({ cert, key, ca: trust['fleet-ca.pem'] })
    const { port } = await listening

    const ours: { full: number; resumed: number }[] = []
    const theirs: { full: number; resumed: number }[] = []
    const raise = async (storm: Storm) => {
      const over = said(clients, 'accepted')
      clients.send(storm)
      const { fullMs, resumedMs } = await over
      return { full: (DEVICES / fullMs) * 1000, resumed: (DEVICES / resumedMs) * 1000 }
    }
    for (let run = 0; run < RUNS; run += 1) {
      theirs.push(await raise({ port, speaks: 'bare' }))
      ours.push(await raise({ port: server.ports.mqtt, speaks: 'mqtt' }))
    }
    const peakMemoryMiB = costOf(server.process.pid)?.peakMemoryMiB
    const figure = (kind: 'full' | 'resumed', how: string): Figure => ({
      what: `devices a second accepted in a storm of ${DEVICES}, ${how}, until subscribed; clients on the same two cores`,
      median: median(ours.map((one) => one[kind])),
      unit: 'per s',
      runs: RUNS,
      peer: { name: 'bare node:tls', median: median(theirs.map((one) => one[kind])) },
      ...(kind === 'resumed' ? { ratioAtLeast: 0.9 } : {}),
      ...(peakMemoryMiB === undefined ? {} : { peakMemoryMiB }),
    })
    return [figure('full', 'full handshakes'), figure('resumed', 'sessions resumed')]
  } finally {
    await end(bare)
    await end(clients)
    await end(server.process)
    await rm(folder, { recursive: true, force: true })
  }
}
