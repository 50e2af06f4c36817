/** One case: a story, the accidents that befall it, and whether the device came through. */

import type { FolderInode } from '../../support/simulated-disk/inode.ts'
import { afterPowerLoss } from '../../support/simulated-disk/survival.ts'
import type { Fault, Step } from '../../support/simulated-machine/faults.ts'
import { factoryDisk, SimulatedMachine } from '../../support/simulated-machine/simulated-machine.ts'
import { livedDisk, TRIGGER } from '../../support/simulated-machine/simulated-reset.ts'
import type { SimulatedBackend } from '../../support/simulated-machine/simulated-server.ts'
import { flawsOfEnd } from './good-end.ts'
import { flawsOfReset } from './good-reset.ts'
import { FACTORY_VERSION, makeBackend, type Scenario } from './scenarios.ts'

const DAY_MS = 86_400_000
/** The longest accident is over after two days; what then waits has backed off for an hour at most. */
const PATIENCE_MS = 5 * DAY_MS

export interface Outcome {
  readonly flaws: readonly string[]
  readonly steps: readonly Step[]
  readonly machine: SimulatedMachine
}

export class Surroundings {
  readonly backend: SimulatedBackend
  readonly #factory: FolderInode
  /** As each reset finds it. */
  readonly #lived = new Map<string, FolderInode>()

  private constructor(backend: SimulatedBackend, factory: FolderInode) {
    this.backend = backend
    this.#factory = factory
  }

  static async make(): Promise<Surroundings> {
    const backend = makeBackend()
    return new Surroundings(backend, await factoryDisk(backend, FACTORY_VERSION))
  }

  async #livedFor(level: 'factory' | 'settings' | 'erase'): Promise<FolderInode> {
    const known = this.#lived.get(level)
    if (known !== undefined) return known
    const made = await livedDisk(this.#factory, level)
    this.#lived.set(level, made)
    return made
  }

  async tryCase(scenario: Scenario, faults: readonly Fault[]): Promise<Outcome> {
    const { backend } = this
    const { reset } = scenario
    const root = reset === undefined ? this.#factory : await this.#livedFor(reset)
    const machine = new SimulatedMachine({
      backend,
      root: afterPowerLoss(root, 'everything'),
      faults,
      behaviours: scenario.behaviours,
      hasReset: reset !== undefined,
    })
    const last = scenario.offered.at(-1)
    let isAtRest = true
    for (const version of scenario.offered) {
      machine.server.announce([backend.offer(version)])
      machine.deliver()
      isAtRest = await machine.live(PATIENCE_MS, () => isSettled(machine, version))
      if (!isAtRest && version !== last) break
    }
    if (reset !== undefined) {
      machine.server.announce([])
      isAtRest = await machine.live(PATIENCE_MS, () => isReset(machine))
    }
    const flaws = [
      ...flawsOfEnd(machine, scenario, faults),
      ...(reset === undefined ? [] : flawsOfReset(machine, reset, root)),
    ]
    if (!isAtRest) flaws.unshift(`not at rest: ${machine.run?.record.state.name ?? 'no run'}`)
    machine.forget()
    return { flaws, steps: machine.referee.steps, machine }
  }
}

/** A button that is still pressed is seen by the agent that runs: it ends for the reset. */
function isReset(machine: SimulatedMachine): boolean {
  if (machine.run === undefined) return false
  if (machine.disk.peek(TRIGGER) !== undefined) {
    machine.restart()
    return false
  }
  const { state, reports } = machine.run.record
  return state.name === 'idle' && reports.outbox.length === 0
}

/** Idle, everything said, and the release either runs or is remembered as failed. */
function isSettled({ run }: SimulatedMachine, version: string): boolean {
  if (run === undefined) return false
  const { state, reports, failedOffers } = run.record
  if (state.name !== 'idle' || reports.outbox.length > 0) return false
  return run.version === version || failedOffers.some(({ path }) => path.includes(`/${version}/`))
}
