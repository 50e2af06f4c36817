/**
 * The product as a child of the agent: started from its slot, watched, started again when it ends by
 * itself, and tested on trial (protocol §4.4).
 *
 * Who ended it matters on trial. A product that ends by itself or by a signal of its own making has
 * crashed, and that fails the trial at once. SIGKILL is never a process's own doing (somebody, or a
 * kernel short of memory, did it), so then it is started again, at most twice.
 */
import { basename, join } from 'node:path'
import { makeDirectory } from '@fleetward/platform'
import { type Backoff, backoffMs } from '../core/backoff.ts'
import type { Chance, Log, Product, SelfTestOutcome, SlotContents, Timer } from '../ports.ts'
import { BoundedLogFile } from './bounded-log-file.ts'
import { inheritedEnvironment } from './inherited-environment.ts'
import {
  type Exit,
  endLeftOver,
  factsOfExit,
  ProcessGroup,
  type ProductUser,
} from './process-group.ts'

const KILLS_FORGIVEN = 2
const RESTART: Backoff = { firstDelayMs: 1_000, maxDelayMs: 60_000 }
/** Running this long counts as having worked: the next crash waits the shortest time again. */
const STEADY_MS = 60_000

export interface ChildProductOptions {
  /** The agent's data folder: `product/`, `product.pid`, `self-test.pid` and `logs/` are in it. */
  readonly dataFolder: string
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** Of the agent, to inherit from. */
  readonly agentEnvironment: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly timer: Timer
  readonly chance: Chance
  /** Who it runs as; who runs the agent when left out. */
  readonly user?: ProductUser | undefined
  /** Time to end by itself after SIGTERM. */
  readonly graceMs?: number
}

export class ChildProduct implements Product {
  readonly #options: ChildProductOptions
  #output: BoundedLogFile | undefined
  #group: ProcessGroup | undefined
  #isWanted = false
  /** Aborted while something other than {@link #supervise} decides what an exit means. */
  #watch = new AbortController()
  #supervision: Promise<void> = Promise.resolve()
  /** How the process that {@link start} began ended, should it have done so before its self-test. */
  #firstExit: Exit | undefined

  constructor(options: ChildProductOptions) {
    this.#options = options
  }

  async start(contents: SlotContents): Promise<void> {
    await this.stop()
    const { dataFolder } = this.#options
    await makeDirectory(join(dataFolder, 'product'))
    await makeDirectory(join(dataFolder, 'logs'))
    this.#output = await BoundedLogFile.open(join(dataFolder, 'logs', 'product.log'))
    this.#isWanted = true
    this.#firstExit = undefined
    const group = await this.#spawn(contents, 'product.pid', contents.start)
    this.#group = group
    this.#watchOver(contents)
    group.exited.then(
      (exit) => {
        this.#firstExit = exit
      },
      () => {
        // Never rejects; the linter cannot know.
      },
    )
  }

  async stop(): Promise<void> {
    const { dataFolder, log, graceMs } = this.#options
    this.#isWanted = false
    await this.#pauseSupervision()
    await this.#group?.end(graceMs)
    this.#group = undefined
    await this.#output?.close()
    this.#output = undefined
    for (const name of ['product.pid', 'self-test.pid']) {
      const wasThere = await endLeftOver(join(dataFolder, name), graceMs)
      if (wasThere) log.write('warning', 'left-over-ended', { process: name })
    }
  }

  async selfTest(
    contents: SlotContents,
    { signal }: { signal: AbortSignal },
  ): Promise<SelfTestOutcome> {
    await this.#pauseSupervision()
    try {
      // Supervision may have started it again already; on trial the first crash counts.
      if (this.#firstExit !== undefined && this.#firstExit.signal !== 'SIGKILL') {
        return crashed(this.#firstExit)
      }
      for (let kills = 0; ; kills += 1) {
        const outcome = await this.#testOnce(contents, signal)
        if (outcome !== 'killed') return outcome
        if (kills >= KILLS_FORGIVEN) return crashed({ exitCode: null, signal: 'SIGKILL' })
        if (this.#isWanted && this.#group?.exit !== undefined) {
          this.#group = await this.#spawn(contents, 'product.pid', contents.start)
        }
      }
    } finally {
      // Whatever becomes of the trial, a product that runs is watched from here on.
      this.#watchOver(contents)
    }
  }

  /** `killed`: product or test was ended by SIGKILL, which says nothing about either. */
  async #testOnce(
    contents: SlotContents,
    signal: AbortSignal,
  ): Promise<SelfTestOutcome | 'killed'> {
    const product = this.#group
    if (product === undefined) return crashed({ exitCode: null, signal: null })
    if (product.exit !== undefined) return killedOrCrashed(product.exit)
    const test = await this.#spawn(contents, 'self-test.pid', contents.selfTest)
    const aborted = Promise.withResolvers<void>()
    const abort = () => aborted.resolve()
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    try {
      await Promise.race([test.exited, product.exited, aborted.promise])
      const seen = test.exit
      await test.end(0)
      // A product that is gone cannot have passed, whatever the test said a moment ago.
      if (product.exit !== undefined) return killedOrCrashed(product.exit)
      if (seen === undefined) return failed({ reason: 'ended before it was done' })
      if (seen.signal === 'SIGKILL') return 'killed'
      return seen.exitCode === 0 ? { passed: true } : failed(factsOfExit(seen))
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  #watchOver(contents: SlotContents): void {
    if (!this.#isWanted || this.#group === undefined) return
    this.#watch = new AbortController()
    this.#supervision = this.#supervise(contents, this.#group, this.#watch.signal)
  }

  async #pauseSupervision(): Promise<void> {
    this.#watch.abort()
    await this.#supervision
  }

  /** Starts the product again whenever it has ended. */
  async #supervise(contents: SlotContents, first: ProcessGroup, watch: AbortSignal): Promise<void> {
    const { log, timer, chance } = this.#options
    const paused = new Promise<void>((resolve) => {
      watch.addEventListener('abort', () => resolve(), { once: true })
    })
    let group = first
    for (let crashes = 1; ; crashes += 1) {
      const startedMs = performance.now()
      const exit = await Promise.race([group.exited, paused])
      if (exit === undefined || watch.aborted) return
      if (performance.now() - startedMs >= STEADY_MS) crashes = 1
      log.write('warning', 'product-ended', factsOfExit(exit))
      await timer.wait(backoffMs(crashes, RESTART, 0.5 + chance.share() / 2), watch)
      if (watch.aborted) return
      group = await this.#spawn(contents, 'product.pid', contents.start)
      this.#group = group
    }
  }

  async #spawn(
    contents: SlotContents,
    record: 'product.pid' | 'self-test.pid',
    words: readonly string[],
  ): Promise<ProcessGroup> {
    const { dataFolder, user } = this.#options
    if (this.#output === undefined) throw new Error('the product has no output')
    return ProcessGroup.start({
      words,
      folder: contents.folder,
      environment: this.#environment(contents),
      recordPath: join(dataFolder, record),
      output: this.#output.descriptor,
      user,
    })
  }

  #environment(contents: SlotContents): Record<string, string> {
    const { agentEnvironment, environment, dataFolder } = this.#options
    return {
      ...inheritedEnvironment(agentEnvironment),
      // Of the agent's own names, settings can set none.
      FLEETWARD_DATA: join(dataFolder, 'product'),
      ...environment,
      FLEETWARD_SLOT: basename(contents.folder),
    }
  }
}

function killedOrCrashed(exit: Exit): SelfTestOutcome | 'killed' {
  return exit.signal === 'SIGKILL' ? 'killed' : crashed(exit)
}

function crashed(exit: Exit): SelfTestOutcome {
  return { passed: false, code: 'PRODUCT_CRASHED', facts: factsOfExit(exit) }
}

function failed(facts: Readonly<Record<string, string | number>>): SelfTestOutcome {
  return { passed: false, code: 'SELF_TEST_FAILED', facts }
}
