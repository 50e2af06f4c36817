/**
 * A product that the system runs, because it is part of the image or is the image: the agent neither
 * starts nor ends it, and on trial asks a command of the settings whether it works.
 *
 * A self-test that ends by SIGKILL says nothing (often a kernel short of memory), so it is run again, at
 * most twice.
 */
import { join } from 'node:path'
import { makeDirectory } from '@fleetward/platform'
import type { Product, SelfTestOutcome, SlotContents } from '../ports.ts'
import { BoundedLogFile } from './bounded-log-file.ts'
import { inheritedEnvironment } from './inherited-environment.ts'
import { type Exit, endLeftOver, factsOfExit, ProcessGroup } from './process-group.ts'

const KILLS_FORGIVEN = 2

export interface SystemProductOptions {
  /** The agent's data folder: `self-test.pid` and `logs/` are in it. */
  readonly dataFolder: string
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** Of the agent, to inherit from. */
  readonly agentEnvironment: Readonly<Record<string, string | undefined>>
}

export class SystemProduct implements Product {
  readonly #options: SystemProductOptions

  constructor(options: SystemProductOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    await endLeftOver(this.#recordPath)
  }

  async stop(): Promise<void> {
    await endLeftOver(this.#recordPath)
  }

  async selfTest(
    contents: SlotContents,
    { signal }: { signal: AbortSignal },
  ): Promise<SelfTestOutcome> {
    await endLeftOver(this.#recordPath)
    await makeDirectory(join(this.#options.dataFolder, 'logs'))
    const path = join(this.#options.dataFolder, 'logs', 'self-test.log')
    const output = await BoundedLogFile.open(path)
    try {
      for (let kills = 0; ; kills += 1) {
        const exit = await this.#runTest(contents, output.descriptor, signal)
        if (exit === undefined) return failed({ reason: 'ended before it was done' })
        if (exit.signal === 'SIGKILL' && kills < KILLS_FORGIVEN) continue
        return exit.exitCode === 0 ? { passed: true } : failed(factsOfExit(exit))
      }
    } finally {
      await output.close()
    }
  }

  /** undefined when `signal` aborted first. */
  async #runTest(
    { folder, selfTest }: SlotContents,
    output: number,
    signal: AbortSignal,
  ): Promise<Exit | undefined> {
    const test = await ProcessGroup.start({
      words: selfTest,
      folder,
      environment: this.#environment(),
      recordPath: this.#recordPath,
      output,
    })
    const aborted = Promise.withResolvers<void>()
    const abort = () => aborted.resolve()
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    try {
      await Promise.race([test.exited, aborted.promise])
      const seen = test.exit
      await test.end(0)
      return seen
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  get #recordPath(): string {
    return join(this.#options.dataFolder, 'self-test.pid')
  }

  #environment(): Record<string, string> {
    const { agentEnvironment, environment } = this.#options
    return { ...inheritedEnvironment(agentEnvironment), ...environment }
  }
}

function failed(facts: Readonly<Record<string, string | number>>): SelfTestOutcome {
  return { passed: false, code: 'SELF_TEST_FAILED', facts }
}
