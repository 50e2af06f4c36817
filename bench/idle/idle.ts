/**
 * What an agent costs that waits: connected over TLS to the real server and its broker, the owner's page open,
 * nothing to do. As it runs in the repository, bundled, and as the single executable; peers in the same minute.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { buildExecutable } from '../../packaging/build-executable.ts'
import { bundleAgent } from '../../packaging/bundle-agent.ts'
import { Fleet, type FleetDevice } from '../../test/end-to-end/support/fleet.ts'
import { type Figure, median } from '../figure.ts'
import {
  bareNode,
  type IdlePeer,
  mender,
  missingForIdlePeers,
  PeersServer,
  suricatta,
} from './idle-peers.ts'
import { costOf, type ProcessCost } from './process-cost.ts'

const ROUNDS = 3
const STARTS = 7
/** The first check of the device's files is over by then, and the garbage of the start collected or not. */
const SETTLE_MS = 30_000
const WINDOW_MS = 60_000
const LOOKS = 6
const START_LIMIT_MS = 60_000

/** Per process kind: what it cost in every round, and how long its starts took. */
interface Measured {
  readonly costs: ProcessCost[]
  readonly startsMs: number[]
}

export async function idleBench(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetward-bench-'))
  const fleet = await Fleet.inside()
  const server = missingForIdlePeers() === undefined ? await PeersServer.start(folder) : undefined
  try {
    const agents = await agentsIn(fleet, folder)
    const peers = server === undefined ? [] : [mender(folder, server), suricatta(folder, server)]
    const all = [...agents, bareNode(), ...peers]
    const measured = new Map<string, Measured>(
      all.map(({ name }) => [name, { costs: [], startsMs: [] }]),
    )
    // The first start of each enrols it, which belongs to no figure.
    for (const one of all) await one.start().finally(() => one.end())
    for (let start = 0; start < STARTS; start += 1) {
      for (const one of all) {
        measured.get(one.name)?.startsMs.push(await one.start().finally(() => one.end()))
      }
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const one of all) await one.start()
      await pause(SETTLE_MS)
      for (const [name, cost] of await window(all)) measured.get(name)?.costs.push(cost)
      for (const one of all) await one.end()
    }
    return figuresOf(measured)
  } finally {
    await fleet.end()
    server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function agentsIn(fleet: Fleet, folder: string): Promise<IdlePeer[]> {
  const settings = { page: { port: 0 } }
  const device = (id: string) => fleet.device(id, { cohort: 'homes', settings })
  const fromSources = await device('G1-0001')
  const bundled = await device('G1-0002')
  // As the Debian package starts it.
  bundled.wrapper = [process.execPath]
  bundled.program = (await bundleAgent(join(folder, 'agent'))).script
  const agents = [asPeer(SOURCES, fromSources), asPeer(BUNDLE, bundled)]
  const executable = await findExecutable(folder)
  if (executable === undefined) return agents
  const single = await device('G1-0003')
  single.program = executable
  return [...agents, asPeer(EXECUTABLE, single)]
}

/** `FLEETWARD_EXECUTABLE`: one that was built before. */
async function findExecutable(folder: string): Promise<string | undefined> {
  const built = process.env.FLEETWARD_EXECUTABLE
  if (built !== undefined) return built
  return existsSync('/usr/bin/strip')
    ? buildExecutable({ node: process.execPath, folder })
    : undefined
}

/** Started when it is connected over MQTT. Its product is no part of it. */
function asPeer(name: string, device: FleetDevice): IdlePeer {
  return {
    name,
    start: async () => {
      const since = device.events.length
      const startMs = performance.now()
      device.start()
      while (device.find({ event: 'online' }, since) === undefined) {
        if (performance.now() - startMs > START_LIMIT_MS) throw new Error(device.account())
        await pause(2)
      }
      return performance.now() - startMs
    },
    pids: () => [device.agent.pid ?? 0],
    end: () => device.end(),
  }
}

/** The same minute for all: memory as the median of a few looks, CPU from its beginning to its end. */
async function window(all: readonly IdlePeer[]): Promise<[string, ProcessCost][]> {
  const looks: ProcessCost[][] = []
  const startMs = performance.now()
  const begin = all.map(({ pids }) => costOf(pids()))
  for (let look = 0; look < LOOKS; look += 1) {
    await pause(WINDOW_MS / LOOKS)
    looks.push(all.map(({ pids }) => costOf(pids())))
  }
  const hours = (performance.now() - startMs) / 3_600_000
  return all.map(({ name }, index) => {
    const own = looks.flatMap((costs) => costs[index] ?? [])
    const used = (own.at(-1)?.cpuSeconds ?? 0) - (begin[index]?.cpuSeconds ?? 0)
    return [
      name,
      {
        rssMiB: median(own.map(({ rssMiB }) => rssMiB)),
        pssMiB: median(own.map(({ pssMiB }) => pssMiB)),
        cpuSeconds: used / hours,
      },
    ]
  })
}

const SOURCES = 'agent from its sources'
const BUNDLE = 'agent, bundled'
const EXECUTABLE = 'agent, single executable'

/** From sources is for development: no device runs it so, and no peer is compared with it. */
function figuresOf(measured: ReadonlyMap<string, Measured>): Figure[] {
  const peers = [...measured.keys()].filter((name) => ![SOURCES, BUNDLE, EXECUTABLE].includes(name))
  const rows = (
    what: string,
    unit: Figure['unit'],
    of: (one: Measured) => readonly number[],
    comparedWith: readonly string[] = [],
  ): Figure[] =>
    [SOURCES, BUNDLE, EXECUTABLE].flatMap((agent) => {
      const own = measured.get(agent)
      if (own === undefined) return []
      const figure = {
        ...{ what: `idle ${agent}: ${what}`, unit },
        ...{ median: median(of(own)), runs: of(own).length },
      }
      if (agent === SOURCES || comparedWith.length === 0) return [figure]
      return comparedWith.map((name): Figure => {
        const theirs = measured.get(name) as Measured
        return { ...figure, peer: { name, median: median(of(theirs)) } }
      })
    })
  const seconds = WINDOW_MS / 1000
  return [
    ...rows('resident memory', 'MiB', ({ costs }) => costs.map(({ rssMiB }) => rssMiB), peers),
    // The runtime's pages are this bench's and the bare runtime's as well, the executable's are its own.
    ...rows('PSS beside other processes on the same runtime', 'MiB', ({ costs }) =>
      costs.map(({ pssMiB }) => pssMiB),
    ),
    // The peers sleep for minutes and take nothing in between, which is no figure for an hour.
    ...rows(`CPU in an hour, extrapolated from ${seconds} s`, 's', ({ costs }) =>
      costs.map(({ cpuSeconds }) => cpuSeconds),
    ),
    ...rows(
      'spawn to connected (peers: to having asked their server)',
      ...(['ms', ({ startsMs }: Measured) => startsMs, peers] as const),
    ),
  ]
}
