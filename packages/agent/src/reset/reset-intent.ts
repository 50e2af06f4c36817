/**
 * That somebody asked for a reset, kept through a power cut until the reset is over. Everything after
 * it can be repeated, so the intent alone decides that a reset which was begun is finished.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, removeDurably, writeFileDurably } from '@fleetward/platform'
import { DeviceError, Fields, parseJson, TrustError } from '@fleetward/shared'
import { WAYS } from '../activity/classes.ts'
import type { Way } from '../ports.ts'

/**
 * `settings`: the owner's settings. `factory`: all the owner left. `erase`: the owner's data alone.
 * `import`: a verified archive of another device takes the place of both.
 */
export const RESET_LEVELS = ['settings', 'factory', 'erase', 'import'] as const
export type ResetLevel = (typeof RESET_LEVELS)[number]

export interface ResetIntent {
  /** Names the reset in its receipt and in the report, so that a repeated step tells of one reset. */
  readonly id: string
  readonly level: ResetLevel
  readonly by: Way
  /** Seconds since 1970. */
  readonly askedAt: number
}

const INTENT_MAX_BYTES = 1024

export class ResetIntentFile {
  readonly #folder: string
  readonly #path: string

  /** In the agent's data folder. */
  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'reset')
    this.#path = join(this.#folder, 'intent.json')
  }

  /** undefined when nobody asked. STATE_CORRUPT for a file that nobody here wrote. */
  async find(): Promise<ResetIntent | undefined> {
    let bytes: Buffer
    try {
      bytes = await readFile(this.#path)
    } catch (cause) {
      const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown'
      if (errno === 'ENOENT') return undefined
      throw new DeviceError('DISK_FAILED', { path: this.#path, errno }, { cause })
    }
    try {
      return parseIntent(bytes)
    } catch (cause) {
      if (!(cause instanceof TrustError)) throw cause
      throw new DeviceError('STATE_CORRUPT', { what: 'reset intent', ...cause.facts }, { cause })
    }
  }

  async keep(intent: ResetIntent): Promise<void> {
    await makeDirectory(this.#folder)
    await writeFileDurably(this.#path, JSON.stringify(intent))
  }

  /** The last step: from here on the reset is over. Nothing there is no error. */
  async forget(): Promise<void> {
    await makeDirectory(this.#folder)
    await removeDurably(this.#path)
  }
}

function parseIntent(bytes: Uint8Array): ResetIntent {
  const fields = new Fields(parseJson(bytes, INTENT_MAX_BYTES), 'JSON_INVALID')
  const intent = {
    id: fields.text('id', 64),
    level: fields.oneOf('level', RESET_LEVELS),
    by: fields.oneOf('by', WAYS),
    askedAt: fields.integer('askedAt'),
  }
  fields.refuseOthers()
  return intent
}
