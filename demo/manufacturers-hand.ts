/**
 * What the manufacturer does at the server without a key: `fleetward` in the story's own process. Again while the server
 * is being started again, and content with what was there before the story was cut off.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CommandLine, type Ran } from '../firmware-samples/manufacturer/command-line.ts'
import type { Hand } from '../firmware-samples/manufacturer/hand.ts'
import type { StoryFolder } from './folder.ts'
import type { OperatorApi } from './operator-api.ts'

/** A server that was killed is back within seconds. */
const SERVER_TRIES = 30
const SERVER_PAUSE_MS = 500

/** Refusals that say that it was done before. */
const IS_DONE = /_EXISTS$/

export class ManufacturersHand implements Hand {
  readonly #folder: StoryFolder
  readonly #commands: CommandLine

  constructor(folder: StoryFolder, api: OperatorApi) {
    this.#folder = folder
    this.#commands = new CommandLine({
      ...{ desk: folder.desk, passphraseFile: folder.passphrase, tokenFile: api.tokenPath },
      narrator: { command: () => {}, answer: () => {} },
      ...{ now: () => new Date(), url: () => api.url },
    })
  }

  /** The answer; undefined when it was done before. */
  async run(...words: readonly string[]): Promise<Ran['json']> {
    for (let tries = 1; ; tries += 1) {
      const { exitCode, code = '', json, text } = await this.#commands.answerTo(...words)
      if (exitCode === 0) return json
      if (IS_DONE.test(code)) return undefined
      if (code !== 'SERVER_UNREACHABLE' || tries === SERVER_TRIES) {
        throw new Error(`fleetward ${words.slice(0, 3).join(' ')}: ${text}`)
      }
      await pause(SERVER_PAUSE_MS)
    }
  }

  at(name: string): string {
    return join(this.#folder.artifacts, name)
  }

  now(): Date {
    return new Date()
  }
}
