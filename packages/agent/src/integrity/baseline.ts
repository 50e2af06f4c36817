/**
 * What was on the device when it was known to be right: taken at the first start and whenever something
 * is installed, kept durably, compared again and again. Whoever can write this file can write the rest
 * as well; what shows then is the activity log, which says when a baseline was taken (docs/activity-log.md).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory, writeFileDurably } from '@fleetward/platform'
import { codeOf, Fields, parseJson } from '@fleetward/shared'
import type { SlotName } from '../ports.ts'

const FILE_MAX_BYTES = 1024 * 1024
const NODES_MAX_COUNT = 20_000

/** SHA-256 by path. */
export type Hashes = Readonly<Record<string, string>>

export interface SlotBaseline {
  /** The release's path, or `factory`. */
  readonly release: string
  readonly version: string
  readonly listingSha256: string
}

export interface Baseline {
  /** The agent's own files, and the version that brought them. */
  readonly agent?: { readonly version: string; readonly files: Hashes }
  readonly configuration?: Hashes
  readonly slots: { readonly [Slot in SlotName]?: SlotBaseline }
}

export class BaselineFile {
  readonly #folder: string
  #baseline: Baseline = { slots: {} }
  #isLoaded = false

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'integrity')
  }

  /** One that is missing or damaged is as good as none: it is taken anew, and that is recorded. */
  async load(): Promise<Baseline> {
    if (this.#isLoaded) return this.#baseline
    try {
      this.#baseline = parse(await readFile(this.#path))
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (!isMissing && codeOf(error) === undefined) throw error
    }
    this.#isLoaded = true
    return this.#baseline
  }

  async change(change: (baseline: Baseline) => Baseline): Promise<void> {
    const baseline = change(await this.load())
    await makeDirectory(this.#folder)
    await writeFileDurably(this.#path, `${JSON.stringify(baseline)}\n`)
    this.#baseline = baseline
  }

  /** Somebody fills the slot by the tool: what it holds then is taken at the next check. */
  async forgetSlot(slot: SlotName): Promise<void> {
    if ((await this.load()).slots[slot] === undefined) return
    await this.change(({ slots: { [slot]: _, ...slots }, ...others }) => ({ ...others, slots }))
  }

  get #path(): string {
    return join(this.#folder, 'baseline.json')
  }
}

/** The paths whose bytes are others now, or that are gone. */
export function differences(before: Hashes, now: Readonly<Record<string, string | undefined>>) {
  const paths = new Set([...Object.keys(before), ...Object.keys(now)])
  return [...paths].filter((path) => before[path] !== now[path]).toSorted()
}

function parse(bytes: Uint8Array): Baseline {
  const json = parseJson(bytes, FILE_MAX_BYTES, { nodes: NODES_MAX_COUNT })
  const fields = new Fields(json, 'JSON_INVALID')
  const slot = (name: SlotName) =>
    fields.object('slots', (slots) => slots.optional(name, () => slots.object(name, parseSlot)))
  return {
    ...fields.optional('agent', (name) =>
      fields.object(name, (agent) => ({
        version: agent.text('version', 100),
        files: agent.object('files', parseHashes),
      })),
    ),
    ...fields.optional('configuration', (name) => fields.object(name, parseHashes)),
    slots: { ...slot('A'), ...slot('B') },
  }
}

function parseSlot(fields: Fields): SlotBaseline {
  return {
    release: fields.text('release', 512),
    version: fields.text('version', 100),
    listingSha256: fields.sha256('listingSha256'),
  }
}

function parseHashes(fields: Fields): Hashes {
  const paths = Object.keys(fields.entries())
  return Object.fromEntries(paths.map((path) => [path, fields.sha256(path)]))
}
