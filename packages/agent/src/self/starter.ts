/**
 * The starter: the one part of the agent that an update does not exchange. It is the boot counter of slots that
 * hold the agent itself: boots a slot, runs the agent found in it, and boots again when that one asks for it or
 * does not live. So an agent that cannot start, crashes or hangs on trial is left as a product would be, and
 * the agent before it finishes the story.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Exit, endLeftOver, ProcessGroup } from '../adapters/process-group.ts'
import type { SlotBootloader } from '../adapters/slot-bootloader.ts'
import { type Backoff, backoffMs } from '../core/backoff.ts'
import type { Chance, Installer, Log, SlotName, Timer } from '../ports.ts'
import { BOOT_AGAIN_EXIT_CODE, BOOTED_SLOT_VARIABLE } from './started-slot.ts'

const CRASHES: Backoff = { firstDelayMs: 1_000, maxDelayMs: 60_000 }
/** Running this long counts as having worked: the next crash waits the shortest time again. */
const STEADY_MS = 60_000
/** For what a trial does beside its self-test, whose time the agent keeps itself. */
const TRIAL_GRACE_MS = 60_000
/** The product's own grace, and some more for what is written. */
const END_GRACE_MS = 30_000
const RECORD = 'started-agent.pid'

export interface StarterOptions {
  readonly dataFolder: string
  /** Of the agent in a slot, below its folder. */
  readonly program: string
  /** The agent that runs where a slot has none: the one that came with this starter. */
  readonly ownAgent: readonly string[]
  /** Behind the program: `run --settings FILE`. */
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** As the agent gives its self-test. */
  readonly trialTimeLimitMs: number
  readonly bootloader: Pick<SlotBootloader, 'boot' | 'isOnTrial' | 'abandonTrial'>
  readonly installer: Pick<Installer, 'contents'>
  readonly log: Log
  readonly timer: Timer
  readonly chance: Chance
  /** Aborts when the device goes down or is asked to. */
  readonly signal: AbortSignal
}

type End = { readonly what: 'ended'; readonly exit: Exit } | { readonly what: 'asked' | 'hung' }

export async function runStarter(options: StarterOptions): Promise<void> {
  const { dataFolder, log, timer, chance, signal } = options
  // Of a starter that was killed; two agents would fight over one record.
  await endLeftOver(join(dataFolder, RECORD), END_GRACE_MS)
  for (let crashes = 0; !signal.aborted; ) {
    const beganMs = performance.now()
    const end = await bootOnce(options)
    if (end.what === 'asked') return
    if (end.what === 'ended' && end.exit.exitCode === BOOT_AGAIN_EXIT_CODE) {
      crashes = 0
      continue
    }
    crashes = performance.now() - beganMs >= STEADY_MS ? 1 : crashes + 1
    const facts = end.what === 'ended' ? factsOf(end.exit) : { reason: 'hung on trial' }
    log.write('error', 'agent-ended', facts)
    await timer.wait(backoffMs(crashes, CRASHES, chance.share()), signal)
  }
}

async function bootOnce(options: StarterOptions): Promise<End> {
  const { bootloader, dataFolder, environment, log, signal } = options
  const slot = await bootloader.boot()
  const isOnTrial = await bootloader.isOnTrial(slot)
  const agent = await agentIn(slot, options)
  const { WATCHDOG_PID: _, ...inherited } = environment
  const group = await ProcessGroup.start({
    words: [...agent.words, ...options.words],
    folder: agent.folder,
    environment: { ...textsOf(inherited), [BOOTED_SLOT_VARIABLE]: slot },
    recordPath: join(dataFolder, RECORD),
    ...{ output: process.stdout.fd, errors: process.stderr.fd },
  })
  log.write('info', 'agent-started', { slot, isOnTrial, isOwn: agent.isOwn })
  const over = new AbortController()
  const asked = new Promise<End>((resolve) => {
    const tell = () => resolve({ what: 'asked' })
    if (signal.aborted) tell()
    signal.addEventListener('abort', tell, { once: true, signal: over.signal })
  })
  const ended = group.exited.then((exit): End => ({ what: 'ended', exit }))
  const hung = isOnTrial ? [hangs(slot, options, over.signal)] : []
  try {
    const end = await Promise.race([ended, asked, ...hung])
    if (end.what !== 'ended') await group.end(END_GRACE_MS)
    // Its time is up; the agent before it says so in its report.
    if (end.what === 'hung') await bootloader.abandonTrial()
    return end
  } finally {
    over.abort()
  }
}

/** Resolves when the trial should long be over and is not; never otherwise. */
async function hangs(slot: SlotName, options: StarterOptions, over: AbortSignal): Promise<End> {
  const { bootloader, timer, trialTimeLimitMs } = options
  await timer.wait(trialTimeLimitMs + TRIAL_GRACE_MS, over)
  if (!over.aborted && (await bootloader.isOnTrial(slot))) return { what: 'hung' }
  return new Promise(() => {
    // Whatever else ends the agent is waited for instead.
  })
}

interface SlotAgent {
  readonly words: readonly string[]
  readonly folder: string
  readonly isOwn: boolean
}

/** Only from a slot that was verified whole: the starter runs nothing else. */
async function agentIn(
  slot: SlotName,
  { installer, program, ownAgent, dataFolder }: StarterOptions,
): Promise<SlotAgent> {
  const contents = await installer.contents(slot)
  const path = contents === undefined ? '' : join(contents.folder, program)
  if (contents === undefined || !existsSync(path)) {
    return { words: ownAgent, folder: dataFolder, isOwn: true }
  }
  const isScript = /\.(?:mjs|cjs|js|ts)$/.test(path)
  return { words: isScript ? ['node', path] : [path], folder: contents.folder, isOwn: false }
}

function textsOf(environment: StarterOptions['environment']): Record<string, string> {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined)
  return Object.fromEntries(set) as Record<string, string>
}

function factsOf({ exitCode, signal }: Exit): Readonly<Record<string, string | number>> {
  return {
    ...(exitCode === null ? {} : { exitCode }),
    ...(signal === null ? {} : { signal }),
  }
}
