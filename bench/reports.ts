/**
 * Signed reports a second, end to end: from the device's PUBLISH over TLS with its certificate, through the embedded
 * broker, the check of its signature and its place in the chain, to the durable write that the acknowledgement stands
 * for. On SQLite and on PostgreSQL; the limit beside it is what verifying alone would take on one core.
 */

import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunningPostgres } from '../packages/server/test/support/postgres.ts'
import { type Figure, median } from './figure.ts'
import { Server } from './support/installed-server.ts'
import { costOf, end, said, startProgram } from './support/programs.ts'

const DEVICES = 300
const ROUNDS = 5
const REPORTS_PER_ROUND = 40
const COHORT = 'homes'

export async function reportsBench(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-reports-'))
  const postgres = await RunningPostgres.start()
  try {
    const perSecondVerified = verifiedPerSecond()
    return [
      await ingest('SQLite', await Server.start(join(folder, 'sqlite')), perSecondVerified),
      await ingest(
        'PostgreSQL',
        await Server.start(join(folder, 'postgres'), {
          database: await postgres.databaseSettings(folder),
        }),
        perSecondVerified,
      ),
    ]
  } finally {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function ingest(engine: string, server: Server, limit: number): Promise<Figure> {
  const fleet = startProgram('reports-fleet.ts')
  try {
    const { id: product, serverCa: ca } = await server.publishProduct()
    const tokens: string[] = []
    for (let i = 0; i < DEVICES; i += 1) tokens.push(await server.enrolmentToken(COHORT))
    fleet.send({
      ...{ ca, enrolAt: `https://127.0.0.1:${server.ports.public}`, port: server.ports.mqtt },
      ...{ product, tokens, rounds: ROUNDS, reportsPerRound: REPORTS_PER_ROUND },
    })
    await said(fleet, 'ready')
    const perSecond: number[] = []
    // The first round warms up and does not count.
    for (let round = 0; round < ROUNDS; round += 1) {
      const over = said(fleet, 'reported')
      fleet.send({})
      const { reports, ms } = await over
      if (round > 0) perSecond.push((reports / ms) * 1000)
    }
    const peakMemoryMiB = costOf(server.process.pid)?.peakMemoryMiB
    return {
      what: `signed reports a second from ${DEVICES} devices, MQTT over TLS to ${engine}, sender on the same two cores`,
      median: median(perSecond),
      unit: 'per s',
      runs: perSecond.length,
      peer: { name: 'verifying their signatures alone, one core', median: limit },
      atLeast: 6000,
      ...(peakMemoryMiB === undefined ? {} : { peakMemoryMiB }),
    }
  } finally {
    await end(fleet)
    await end(server.process)
  }
}

function verifiedPerSecond(): number {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const text = Buffer.alloc(700, 'x')
  const signature = sign('sha256', text, privateKey)
  const perSecond: number[] = []
  for (let run = 0; run < 5; run += 1) {
    const startMs = performance.now()
    for (let i = 0; i < 1000; i += 1) verify('sha256', text, publicKey, signature)
    perSecond.push(1_000_000 / (performance.now() - startMs))
  }
  return median(perSecond)
}
