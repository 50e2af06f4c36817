/**
 * Which states of an update module were entered and which are done: written before a state is entered, so a
 * power cut inside it is known afterwards ("killed in" is a failure of that state in the protocol).
 */
import { readFile } from 'node:fs/promises'
import { removeDurably, writeFileDurably } from '@fleetward/platform'
import { Fields, parseJson } from '@fleetward/shared'
import type { SlotName } from '../../ports.ts'
import type { ModuleState } from './module-call.ts'

const PROGRESS_MAX_BYTES = 4096
const ANSWERS = ['No', 'Yes', 'Automatic'] as const

export interface ModuleProgress {
  readonly slot: SlotName
  readonly module: string
  readonly reboot: (typeof ANSWERS)[number]
  readonly rollsBack: boolean
  readonly done: readonly string[]
  readonly entered?: string
}

export class ModuleProgressFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** undefined when no module is at work, or nobody can say which. */
  async load(): Promise<ModuleProgress | undefined> {
    const bytes = await readFile(this.#path).catch(() => undefined)
    if (bytes === undefined) return undefined
    try {
      return parse(bytes)
    } catch {
      return undefined
    }
  }

  async save(progress: ModuleProgress): Promise<void> {
    await writeFileDurably(this.#path, `${JSON.stringify(progress)}\n`)
  }

  async remove(): Promise<void> {
    await removeDurably(this.#path)
  }
}

export function isDone(progress: ModuleProgress | undefined, state: ModuleState): boolean {
  return progress?.done.includes(state) ?? false
}

/** Entered at least once, whether it came to its end or not. */
export function wasEntered(progress: ModuleProgress, state: ModuleState): boolean {
  return progress.entered === state || isDone(progress, state)
}

function parse(bytes: Uint8Array): ModuleProgress {
  const fields = new Fields(parseJson(bytes, PROGRESS_MAX_BYTES), 'JSON_INVALID')
  return {
    slot: fields.oneOf('slot', ['A', 'B']),
    module: fields.text('module', 64),
    reboot: fields.oneOf('reboot', ANSWERS),
    rollsBack: fields.flag('rollsBack'),
    done: fields.list('done', { max: 16 }, (items, at) => items.text(at, 64)),
    ...fields.optional('entered', (name) => fields.text(name, 64)),
  }
}
