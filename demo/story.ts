/** The acts of the story, in order. Each can be repeated, so an interrupted story goes on. */
import { mkdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { enrol, makeDevices } from './acts/fleet.ts'
import { publishFunctions, rollBack } from './acts/functions.ts'
import { learnOfExploitation, rollTheFixOut } from './acts/night.ts'
import { describe, makeRepository, publishFactoryRelease } from './acts/product.ts'
import { answerRequirements, leaveToDo } from './acts/to-do.ts'
import { Desk } from './desk.ts'
import { ALL_DEVICES, BROKEN, FACTORY } from './devices.ts'
import { countSelfTestFailures, type DeviceView, readDevices, rowsOf } from './fleet.ts'
import type { StoryFolder } from './folder.ts'
import type { Ports } from './free-ports.ts'
import { ManufacturersHand } from './manufacturers-hand.ts'
import { OperatorApi } from './operator-api.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { Programs } from './programs.ts'
import type { Progress } from './progress.ts'
import type { Screen } from './screen.ts'
import { type Beside, serverSettings } from './server-settings.ts'
import type { Telling } from './telling.ts'

type Act = readonly [name: string, tell: (telling: Telling) => Promise<void>]

const BEFORE_DEVICES: readonly Act[] = [
  ['repository', makeRepository],
  ['described', describe],
  ['factory-release', publishFactoryRelease],
]
const WITH_DEVICES: readonly Act[] = [
  ['enrolled', enrol],
  ['exploited', learnOfExploitation],
  ['fixed', rollTheFixOut],
  ['functions', publishFunctions],
  ['rolled-back', rollBack],
  ['answered', answerRequirements],
  ['to-do', leaveToDo],
]

const LOOK_EVERY_MS = 300
/** Generous: a slow machine with a cold disk. An act that takes longer has gone wrong. */
const ACT_LIMIT_MS = 180_000

export class Story {
  readonly #beside: Beside
  readonly #folder: StoryFolder
  readonly #progress: Progress
  readonly #screen: Screen
  readonly #signal: AbortSignal
  readonly #programs: Programs
  #views: readonly DeviceView[] = []

  constructor(
    folder: StoryFolder,
    progress: Progress,
    screen: Screen,
    signal: AbortSignal,
    beside: Beside,
  ) {
    this.#beside = beside
    this.#folder = folder
    this.#progress = progress
    this.#screen = screen
    this.#signal = signal
    this.#programs = new Programs(folder, this.#tell)
  }

  /** Tells the story to its end and leaves everything running. */
  async tellAll(): Promise<{ outcome: Outcome; api: OperatorApi; ports: Ports }> {
    const tell = this.#tell
    await mkdir(this.#folder.logs, { recursive: true })
    await mkdir(this.#folder.processes, { recursive: true })
    await mkdir(this.#folder.artifacts, { recursive: true })
    if (this.#progress.isResumed) tell('Going on with the story where it was interrupted.')

    const settings = await serverSettings(this.#folder, this.#beside, tell)
    const ports = settings.listen
    const api = new OperatorApi(this.#folder, ports.operator)
    const telling: Telling = {
      ...{
        folder: this.#folder,
        ports,
        api,
        tell,
        until: (what, isSo) => this.#until(api, what, isSo),
      },
      ...{ desk: new Desk(this.#folder), hand: new ManufacturersHand(this.#folder, api) },
    }
    tell('1 The server starts: MQTT broker, device and public listener, operator API.')
    await this.#programs.startBeside(settings)
    await this.#programs.startServer()
    await this.#tellActs(BEFORE_DEVICES, telling)

    tell(`3 Five devices leave the factory with firmware ${FACTORY} and are switched on.`)
    await this.#progress.once('factory', () => makeDevices(telling))
    for (const { id } of ALL_DEVICES) await this.#programs.startDevice(id)
    await this.#tellActs(WITH_DEVICES, telling)

    // A story that goes on behind its last act has not looked at the devices yet.
    await this.#look(api)
    const seconds = (Date.now() - this.#progress.startedAt) / 1000
    const failures = await countSelfTestFailures(api, BROKEN)
    const outcome = outcomeOf(this.#views, { release: BROKEN, devices: failures }, seconds)
    return { outcome, api, ports }
  }

  /** Shows the devices until the signal aborts. */
  async watch(api: OperatorApi): Promise<void> {
    while (!this.#signal.aborted) {
      await this.#look(api)
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#signal }).catch(() => undefined)
    }
  }

  /** Ends everything that was started. */
  end(): Promise<void> {
    return this.#programs.end()
  }

  readonly #tell = (sentence: string) => this.#screen.tell(sentence)

  async #tellActs(acts: readonly Act[], telling: Telling): Promise<void> {
    for (const [name, tell] of acts) await this.#progress.once(name, () => tell(telling))
  }

  async #look(api: OperatorApi): Promise<void> {
    // A server that is being started again does not answer; the next look will.
    this.#views = await readDevices(api).catch(() => this.#views)
    this.#screen.show(rowsOf(this.#views, this.#programs.lastMessages))
  }

  async #until(
    api: OperatorApi,
    what: string,
    isSo: (views: readonly DeviceView[]) => boolean | Promise<boolean>,
  ): Promise<void> {
    const lastMoment = Date.now() + ACT_LIMIT_MS
    let why = ''
    const answer = async () => isSo(this.#views)
    for (;;) {
      await this.#look(api)
      const isDone = await answer().catch((error: unknown) => {
        why = error instanceof Error ? `${error.message} ` : ''
        return false
      })
      if (isDone) return
      if (Date.now() > lastMoment) {
        throw new Error(
          `Waited ${ACT_LIMIT_MS / 1000} s for ${what}. ${why}The logs in ${this.#folder.logs} say why not.`,
        )
      }
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#signal })
    }
  }
}
