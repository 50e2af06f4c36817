/**
 * Which states of an update module were entered and which are done: written before a state is entered, so a
 * power cut inside it is known afterwards ("killed in" is a failure of that state in the protocol).
 */
import { readFile } from 'node:fs/promises'
import { removeDurably, writeFileDurably } from '@fleetward/platform'
import { Fields, parseJson } from '@fleetward/shared'
import { SLOT_NAMES } from '../../core/update-machine.ts'
import type { SlotName } from '../../ports.ts'
import type { ModuleState } from './module-call.ts'

const PROGRESS_MAX_BYTES = 4096
const ANSWERS = ['No', 'Yes', 'Automatic'] as const

export interface ModuleProgress {
  readonly slot: SlotName
  readonly module: string
  readonly reboot: (typeof ANSWERS)[number]
  readonly rollsBack: boolean
  /** Its slot came up at least once: when another one does later, it did not stay. */
  readonly isBooted: boolean
  /** Entered at least once, in order. */
  readonly entered: readonly string[]
  /** Those of them that came to their end. */
  readonly done: readonly string[]
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

export function wasEntered({ entered }: ModuleProgress, state: ModuleState): boolean {
  return entered.includes(state)
}

/** The state that a power cut or a failure ended. */
export function cutOffState({ entered, done }: ModuleProgress): string | undefined {
  return entered.find((state) => !done.includes(state))
}

export function withEntered(progress: ModuleProgress, state: ModuleState): ModuleProgress {
  return { ...progress, entered: including(progress.entered, state) }
}

export function withDone(progress: ModuleProgress, state: ModuleState): ModuleProgress {
  const entered = including(progress.entered, state)
  return { ...progress, entered, done: including(progress.done, state) }
}

const including = (states: readonly string[], state: string) =>
  states.includes(state) ? states : [...states, state]

function parse(bytes: Uint8Array): ModuleProgress {
  const fields = new Fields(parseJson(bytes, PROGRESS_MAX_BYTES), 'JSON_INVALID')
  const states = (name: string) => fields.list(name, { max: 16 }, (items, at) => items.text(at, 64))
  return {
    slot: fields.oneOf('slot', SLOT_NAMES),
    module: fields.text('module', 64),
    reboot: fields.oneOf('reboot', ANSWERS),
    rollsBack: fields.flag('rollsBack'),
    isBooted: fields.flag('isBooted'),
    entered: states('entered'),
    done: states('done'),
  }
}
