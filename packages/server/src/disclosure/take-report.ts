/** What strangers do: send a report, read how it stands by its follow-up code, and add to it. */
import type { Json } from '@fleetward/shared'
import { z } from 'zod'
import { strangerActor } from '../accounts/actor.ts'
import { newSecretToken, parseSecretToken, secretFits } from '../accounts/secret-token.ts'
import { HttpError } from '../http/problem.ts'
import { mailAddress } from '../mail/address.ts'
import type { Database, Stores } from '../stores.ts'
import type { DisclosureSettings } from './disclosure-settings.ts'
import { plainLine, plainText } from './plain-text.ts'
import { dueTimes, type Report, type ReportEntry, type ReportText } from './report.ts'
import {
  ENTRIES_MAX_COUNT,
  REPORTER_MESSAGES_MAX_COUNT,
  SHOWN_MAX_COUNT,
  tooMuchSaid,
} from './report-changes.ts'
import {
  inboxFull,
  MESSAGES_PER_DAY_MAX_COUNT,
  MESSAGES_PER_REPORT_AND_DAY_MAX_COUNT,
  type ReportPace,
} from './report-pace.ts'

export const LINE_MAX_CHARACTERS = 200
/** Also an encrypted one. */
export const TEXT_MAX_CHARACTERS = 20_000
export const MESSAGE_MAX_CHARACTERS = 10_000
const CODE_MAX_CHARACTERS = 100
const DAY_SECONDS = 86_400
/** What a page shows of what was said, the latest. */
const FOLLOWED_MAX_CHARACTERS = 50_000

const line = z.string().max(LINE_MAX_CHARACTERS).transform(plainLine).default('')
const text = (max: number) =>
  // A browser counts a line break as one and sends two.
  z
    .string()
    .max(2 * max)
    .transform(plainText)
    .pipe(z.string().min(1).max(max))

const reportFields = z.strictObject({
  title: z.string().max(LINE_MAX_CHARACTERS).transform(plainLine).pipe(z.string().min(1)),
  text: text(TEXT_MAX_CHARACTERS),
  affected: line,
  version: line,
  reporter: line,
  contact: line,
  creditName: line,
  mail: z.literal('yes').optional(),
})
/** Who wants mails says where to. */
export const reportForm = reportFields.superRefine(({ mail, contact }, context) => {
  if (mail === undefined || mailAddress(contact) !== undefined) return
  const message = 'must be a mail address: mails were asked for'
  context.addIssue({ code: 'custom', path: ['contact'], message })
})
const code = z.string().max(CODE_MAX_CHARACTERS)
export const followForm = z.strictObject({
  code,
  text: text(MESSAGE_MAX_CHARACTERS).optional(),
  mail: z.literal('no').optional(),
})

export interface TakenReport {
  readonly id: string
  /** A secret: shown once, and kept as a digest. */
  readonly code: string
}

export interface FollowedReport {
  readonly report: Report
  /** Without what is for colleagues alone. */
  readonly entries: readonly ReportEntry[]
}

export class ReportIntake {
  readonly #database: Database
  readonly #pace: ReportPace
  readonly #now: () => number

  constructor(database: Database, pace: ReportPace, now: () => number) {
    this.#database = database
    this.#pace = pace
    this.#now = now
  }

  async take(
    address: string,
    settings: DisclosureSettings,
    written: ReportText,
  ): Promise<TakenReport> {
    const now = this.#now()
    const { text: followUp, id, sha256 } = newSecretToken('fwr')
    await this.#database.transaction(async (stores) => {
      this.#pace.takeReport(address, await stores.disclosure.countSince(now - DAY_SECONDS))
      await stores.disclosure.add({
        ...written,
        ...{ id, sha256, receivedAt: now, state: 'received', stateAt: now },
        ...{ product: undefined, assignee: undefined, duplicateOf: undefined },
        ...{ isEmbargoed: true, ...dueTimes(now, settings), told: undefined, revision: 1 },
      })
      await stores.disclosure.addEntry({
        ...{ report: id, at: now, kind: 'state', by: undefined, text: 'received' },
      })
      const after = { characters: written.text.length }
      await append(
        stores,
        { id, product: undefined, isEmbargoed: true },
        'disclosure.received',
        now,
        after,
      )
      await stores.events.add({ at: now, type: 'disclosure.received', data: { report: id } })
    })
    return { id, code: followUp }
  }

  /** Throws one and the same for every code that opens nothing. */
  async follow(address: string, codeText: string): Promise<FollowedReport> {
    const report = await this.#find(address, codeText)
    const entries = await this.#database.disclosure.entries(report.id, SHOWN_MAX_COUNT)
    return { report, entries: latest(entries.filter(({ kind }) => kind !== 'note')) }
  }

  async add(address: string, codeText: string, message: string): Promise<FollowedReport> {
    const report = await this.#find(address, codeText)
    const now = this.#now()
    const since = now - DAY_SECONDS
    await this.#database.transaction(async (stores) => {
      const { disclosure } = stores
      if ((await disclosure.find(report.id)) === undefined) throw wrongCode()
      // A page that is loaded again sends its form again.
      if (await repeatsTheLast(disclosure, report.id, message)) return
      const ofAll = await disclosure.countMessages(since)
      const today = await disclosure.countMessages(since, report.id)
      // While the day is half full, one of each report: some who write much shut out nobody.
      const isCrowded = ofAll >= MESSAGES_PER_DAY_MAX_COUNT / 2 && today > 0
      if (ofAll >= MESSAGES_PER_DAY_MAX_COUNT || isCrowded) throw inboxFull()
      const ever = await disclosure.countMessages(0, report.id)
      const all = await disclosure.countEntries(report.id)
      const isFull = ever >= REPORTER_MESSAGES_MAX_COUNT || all >= ENTRIES_MAX_COUNT
      if (today >= MESSAGES_PER_REPORT_AND_DAY_MAX_COUNT || isFull) {
        throw tooMuchSaid()
      }
      await disclosure.addEntry({
        ...{ report: report.id, at: now, kind: 'reporter', by: undefined, text: message },
      })
      const after = { characters: message.length }
      await append(stores, report, 'disclosure.reporter-wrote', now, after)
      const { product, id } = report
      const data = { report: id }
      await stores.events.add({ at: now, type: 'disclosure.reporterWrote', product, data })
    })
    return this.follow(address, codeText)
  }

  /** No more mails about it. */
  async endMails(address: string, codeText: string): Promise<FollowedReport> {
    const { id } = await this.#find(address, codeText)
    const now = this.#now()
    await this.#database.transaction(async (stores) => {
      const report = await stores.disclosure.find(id)
      if (report?.mailLanguage === undefined) return
      const next = { ...report, mailLanguage: undefined, revision: report.revision + 1 }
      await stores.disclosure.replace(report.revision, next)
      await append(stores, report, 'disclosure.mails-ended', now, {})
    })
    return this.follow(address, codeText)
  }

  async #find(address: string, codeText: string): Promise<Report> {
    this.#pace.requireMayTryCodes(address)
    const parsed = parseSecretToken('fwr', codeText.trim())
    const found = parsed === undefined ? undefined : await this.#database.disclosure.find(parsed.id)
    const fits = secretFits(parsed?.secret ?? '', found?.sha256)
    if (found !== undefined && fits) return found
    this.#pace.wrongCode(address)
    throw wrongCode()
  }
}

function latest(entries: readonly ReportEntry[]): readonly ReportEntry[] {
  let left = FOLLOWED_MAX_CHARACTERS
  const cut = entries.findLastIndex(({ text }) => {
    left -= text.length
    return left < 0
  })
  return entries.slice(cut + 1)
}

/** Nobody's address: who reports may stay unknown. */
async function append(
  { audit }: Pick<Stores, 'audit'>,
  { id, product, isEmbargoed }: Pick<Report, 'id' | 'product' | 'isEmbargoed'>,
  action: string,
  at: number,
  after: Json,
): Promise<void> {
  await audit.append({
    ...{ at, actor: strangerActor(undefined), action, subject: `disclosure/${id}` },
    ...{ product: isEmbargoed ? undefined : product, outcome: 'done', after },
  })
}

/** Whatever was answered in between makes the same words a message of its own. */
async function repeatsTheLast(
  disclosure: Stores['disclosure'],
  report: string,
  message: string,
): Promise<boolean> {
  const entries = await disclosure.entries(report, ENTRIES_MAX_COUNT)
  const last = entries.findLast(({ kind }) => kind === 'reporter' || kind === 'answer')
  return last?.kind === 'reporter' && last.text === message
}

function wrongCode(): HttpError {
  return new HttpError(
    403,
    'REPORT_CODE_WRONG',
    'This code opens no report. It begins with fwr_ and was shown when the report was sent',
  )
}
