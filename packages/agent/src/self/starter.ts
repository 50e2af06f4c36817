/**
 * The starter: the one part of the agent that an update does not exchange. It is the boot counter of slots that
 * hold the agent itself: boots a slot, runs the agent found in it, and boots again when that one asks for it or
 * does not live. So an agent that cannot start, crashes or hangs on trial is left as a product would be, and
 * the agent before it finishes the story.
 */
import { join } from 'node:path'
import { type Exit, endLeftOver, factsOfExit, ProcessGroup } from '../adapters/process-group.ts'
import { type Backoff, backoffMs } from '../core/backoff.ts'
import { DataFolderInUseError, findClaim } from '../data-folder/claim-data-folder.ts'
import type { Chance, SlotName, Timer } from '../ports.ts'
import { bootAgent, type SlotAgentOptions } from './agent-in-slot.ts'
import { BOOT_AGAIN_EXIT_CODE, BOOTED_SLOT_VARIABLE } from './started-slot.ts'

const CRASHES: Backoff = { firstDelayMs: 1_000, maxDelayMs: 60_000 }
/** Running this long counts as having worked: the next crash waits the shortest time again. */
const STEADY_MS = 60_000
/** A switch and a fallback follow each other at once; whoever asks more often in a row goes round in circles. */
const ASKED_IN_A_ROW_MAX = 3
/** For what a trial does beside its self-test, whose time the agent keeps itself. */
const TRIAL_GRACE_MS = 60_000
/** The product's own grace, and some more for what is written. */
const END_GRACE_MS = 30_000
const RECORD = 'started-agent.pid'

export interface StarterOptions extends SlotAgentOptions {
  /** Behind the program: `run --settings FILE`. */
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** As the agent gives its self-test. */
  readonly trialTimeLimitMs: number
  readonly timer: Timer
  readonly chance: Chance
  /** Aborts when the device goes down or is asked to. */
  readonly signal: AbortSignal
  /** Time for an agent to end by itself after SIGTERM. */
  readonly graceMs?: number
}

type End = { readonly what: 'ended'; readonly exit: Exit } | { readonly what: 'asked' | 'hung' }

export async function runStarter(options: StarterOptions): Promise<void> {
  const { dataFolder, log, timer, chance, signal, graceMs = END_GRACE_MS } = options
  // Of a starter that was killed; two agents would fight over one record.
  await endLeftOver(join(dataFolder, RECORD), graceMs)
  const other = await findClaim(dataFolder)
  if (other !== undefined) throw new DataFolderInUseError(dataFolder, other.pid)
  let crashes = 0
  let asked = 0
  while (!signal.aborted) {
    const beganMs = performance.now()
    const end = await runOnce(options)
    if (end.what === 'asked') return
    if (performance.now() - beganMs >= STEADY_MS) {
      crashes = 0
      asked = 0
    }
    if (end.what === 'ended' && end.exit.exitCode === BOOT_AGAIN_EXIT_CODE) {
      asked += 1
      if (asked <= ASKED_IN_A_ROW_MAX) continue
    }
    crashes += 1
    log.write('error', 'agent-ended', factsOf(end))
    await timer.wait(backoffMs(crashes, CRASHES, 0.5 + chance.share() / 2), signal)
  }
}

/** One boot, and the agent from its start to its end. */
async function runOnce(options: StarterOptions): Promise<End> {
  const { bootloader, dataFolder, environment, log, signal, graceMs = END_GRACE_MS } = options
  const { slot, isOnTrial, words, folder, isOwn } = await bootAgent(options)
  // systemd wants to hear of the agent, which is not the process that it started.
  const { WATCHDOG_PID: _, ...inherited } = environment
  const group = await ProcessGroup.start({
    words: [...words, ...options.words],
    folder,
    environment: { ...textsOf(inherited), [BOOTED_SLOT_VARIABLE]: slot },
    recordPath: join(dataFolder, RECORD),
    ...{ output: process.stdout.fd, errors: process.stderr.fd },
  })
  log.write('info', 'agent-started', { slot, isOnTrial, isOwn })
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
    if (end.what !== 'ended') await group.end(graceMs)
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

function textsOf(environment: StarterOptions['environment']): Record<string, string> {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined)
  return Object.fromEntries(set) as Record<string, string>
}

function factsOf(end: End): Readonly<Record<string, string | number>> {
  return end.what === 'ended' ? factsOfExit(end.exit) : { reason: 'hung on trial' }
}
