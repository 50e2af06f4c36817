/** Answers the network process: each question is one call of the guarded installation. */
import { Fields, type Json, MANIFEST_LENGTH_MAX_BYTES } from '@fleetward/shared'
import type { SlotContents } from '../ports.ts'
import { TaskQueue } from '../task-queue.ts'
import type { MetadataSource } from '../tuf/metadata-source.ts'
import type { ReleaseOrigin } from '../tuf/release-origin.ts'
import type { Conversation, Question } from './conversation.ts'
import type { GuardedInstallation } from './guarded-installation.ts'
import {
  FETCH,
  ORIGIN_FOLDERS,
  QUESTIONS,
  type QuestionName,
  slotOf,
} from './installer-question.ts'

const PATH_MAX_BYTES = 400
const AUDIENCE_MAX_BYTES = 300
/** None of them changes anything, so they need not wait for one that takes long. */
const READING: readonly QuestionName[] = ['contents', 'bootedSlot']

export interface InstallerAnswersOptions {
  readonly guarded: GuardedInstallation
  /** After a time was verified, in seconds. */
  onTime(seconds: number): Promise<void>
  forgetOutput(): Promise<void>
}

export class InstallerAnswers {
  readonly #options: InstallerAnswersOptions
  /** One change at a time. */
  readonly #changes = new TaskQueue()

  constructor(options: InstallerAnswersOptions) {
    this.#options = options
  }

  answer(question: Question, peer: Conversation): Promise<Json> {
    // A word of ours, or nothing: refused as every other malformed message is.
    const what = new Fields({ what: question.what }, 'JSON_INVALID').oneOf('what', QUESTIONS)
    if (READING.includes(what)) return this.#answer(what, question, peer)
    return this.#changes.take(async () => {
      question.signal.throwIfAborted()
      return this.#answer(what, question, peer)
    })
  }

  /** Resolves once nothing is under way any more. */
  async idle(): Promise<void> {
    await this.#changes.idle()
  }

  async #answer(what: QuestionName, question: Question, peer: Conversation): Promise<Json> {
    const { guarded, onTime, forgetOutput } = this.#options
    const { fields, signal } = question
    switch (what) {
      case 'contents':
        return contentsToJson(await guarded.contents(slotOf(fields)))
      case 'bootedSlot':
        return guarded.bootedSlot()
      case 'boot':
        return guarded.boot()
      case 'startProduct':
        return done(guarded.startProduct())
      case 'stopProduct':
        return done(guarded.stopProduct())
      case 'write': {
        const path = fields.text('path', PATH_MAX_BYTES)
        const slot = slotOf(fields)
        return done(guarded.write(path, slot, { origin: originOf(question, peer), signal }))
      }
      case 'tryBoot':
        return done(guarded.tryBoot(slotOf(fields)))
      case 'abandonTrial':
        return done(guarded.abandonTrial())
      case 'selfTest':
        return { ...(await guarded.selfTest(signal)) }
      case 'commit':
        return done(guarded.commit(slotOf(fields)))
      case 'tellTime': {
        const token = fields.text('token', MANIFEST_LENGTH_MAX_BYTES)
        const audience = fields.text('audience', AUDIENCE_MAX_BYTES)
        await onTime(await guarded.tellTime(token, audience, originOf(question, peer)))
        return true
      }
      case 'forgetOutput':
        return done(forgetOutput())
    }
  }
}

async function done(work: Promise<void>): Promise<Json> {
  await work
  return true
}

/** Folder and commands are for the network process to show; what it sends back is never run. */
function contentsToJson(contents: SlotContents | undefined): Json {
  return contents === undefined ? null : { ...contents }
}

/** The network process fetches for us: this one has no network. */
function originOf({ fields, signal }: Question, peer: Conversation): ReleaseOrigin {
  const origin = fields.integer('origin')
  const [metadata, targets] = ORIGIN_FOLDERS.map((folder): MetadataSource => {
    return {
      fetch: async (path, maxBytes) => {
        const answer = await peer.ask(FETCH, { origin, folder, path, maxBytes }, signal)
        const base64 = new Fields({ bytes: answer }, 'JSON_INVALID').text('bytes', 2 * maxBytes + 4)
        return Buffer.from(base64, 'base64').subarray(0, maxBytes)
      },
    }
  }) as [MetadataSource, MetadataSource]
  const bundle = fields.optional('bundleToken', (name) =>
    fields.text(name, MANIFEST_LENGTH_MAX_BYTES),
  )
  return { metadata, targets, ...bundle }
}
