/** A mail: to one person, plain text, about one thing. Pure. */
import { randomBytes } from 'node:crypto'
import { plainLine, plainText } from '../disclosure/plain-text.ts'
import { mailAddress } from './address.ts'

export const MAIL_STATES = ['waiting', 'sent', 'given-up'] as const
export type MailState = (typeof MAIL_STATES)[number]

/** RFC 5322 §2.1.1 recommends lines of 78; a subject is folded by whoever sends it. */
export const SUBJECT_MAX_CHARACTERS = 200
export const TEXT_MAX_CHARACTERS = 20_000
export const ABOUT_MAX_CHARACTERS = 300

export interface NewMail {
  /** One address. What is none makes no mail. */
  readonly to: string
  readonly subject: string
  readonly text: string
  /** What it tells of, without addresses: the same is told to the same address once. */
  readonly about: string
  /** Seconds since 1970. */
  readonly at: number
  /** Of a subscriber: `[[confirm]]` and `[[unsubscribe]]` in the text are its links. */
  readonly subscription?: string | undefined
  /** Goes before all others, and past the pace of its recipient. */
  readonly isUrgent?: boolean | undefined
}

export interface Mail {
  readonly number: number
  /** Of its Message-ID; the same at every attempt. */
  readonly id: string
  readonly about: string
  readonly to: string
  readonly subject: string
  /** '' once it was sent. */
  readonly text: string
  readonly subscription: string | undefined
  readonly isUrgent: boolean
  readonly state: MailState
  readonly addedAt: number
  readonly attempts: number
  readonly nextAt: number
  readonly endedAt: number | undefined
  /** What the mail server said to the last attempt that failed. */
  readonly error: string | undefined
}

/** As it is stored; undefined when there is nobody to send it to. */
export function newMail(wanted: NewMail): Omit<Mail, 'number'> | undefined {
  const to = mailAddress(wanted.to)
  if (to === undefined) return undefined
  const { about, at, subscription, isUrgent = false } = wanted
  return {
    ...{ id: randomBytes(16).toString('hex'), about: about.slice(0, ABOUT_MAX_CHARACTERS), to },
    // Whoever wrote a word of it: a line break would end the header.
    subject: cut(plainLine(wanted.subject), SUBJECT_MAX_CHARACTERS),
    text: cut(plainText(wanted.text), TEXT_MAX_CHARACTERS),
    ...{ subscription, isUrgent, state: 'waiting', addedAt: at, attempts: 0, nextAt: at },
    ...{ endedAt: undefined, error: undefined },
  }
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
