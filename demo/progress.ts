/**
 * How far the story has come. An act is written down when it is over; one that was cut off is done
 * again, so every act can be repeated.
 */
import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { writeFileDurably } from '@fleetward/platform'
import type { StoryFolder } from './folder.ts'

interface Saved {
  readonly startedAt: number
  readonly done: readonly string[]
}

export class Progress {
  readonly #path: string
  readonly #isResumed: boolean
  #saved: Saved

  private constructor(path: string, saved: Saved, isResumed: boolean) {
    this.#path = path
    this.#saved = saved
    this.#isResumed = isResumed
  }

  /**
   * Goes on with an unfinished story; starts anew after a finished or an unreadable one. Nothing of the
   * story may run any more, because starting anew empties the folder.
   */
  static async open(
    folder: StoryFolder,
    options: { fresh: boolean; now: number },
  ): Promise<Progress> {
    const saved = options.fresh ? undefined : read(folder.progress)
    if (saved !== undefined && !saved.done.includes('finished')) {
      return new Progress(folder.progress, saved, true)
    }
    // Emptying that is cut off has to begin again, so until it is done the story counts as over.
    const over = { startedAt: options.now, done: ['finished'] }
    await new Progress(folder.progress, over, false).#save()
    // By name: whatever else lies in the folder is not ours to remove.
    for (const path of folder.contents) await rm(path, { recursive: true, force: true })
    const begun = new Progress(folder.progress, { startedAt: options.now, done: [] }, false)
    await begun.#save()
    return begun
  }

  get isResumed(): boolean {
    return this.#isResumed
  }

  get startedAt(): number {
    return this.#saved.startedAt
  }

  isDone(act: string): boolean {
    return this.#saved.done.includes(act)
  }

  async once(act: string, tell: () => Promise<void>): Promise<void> {
    if (this.isDone(act)) return
    await tell()
    await this.finish(act)
  }

  async finish(act: string): Promise<void> {
    this.#saved = { ...this.#saved, done: [...this.#saved.done, act] }
    await this.#save()
  }

  async #save(): Promise<void> {
    await writeFileDurably(this.#path, `${JSON.stringify(this.#saved)}\n`)
  }
}

function read(path: string): Saved | undefined {
  if (!existsSync(path)) return undefined
  try {
    const saved: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof saved !== 'object' || saved === null) return undefined
    const { startedAt, done } = saved as Partial<Saved>
    if (typeof startedAt !== 'number' || !Array.isArray(done)) return undefined
    return { startedAt, done: done.filter((act) => typeof act === 'string') }
  } catch {
    // Not ours any more; a story costs a minute, so it starts anew.
    return undefined
  }
}
